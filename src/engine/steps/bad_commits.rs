//! Keeps a commit that was marked as bad from coming back to an environment without its revert.

use super::context::{StepContext, StepError};
use crate::{
    domain::{
        deploy::drift::is_reverted,
        message::short::short,
        release::plan::{By, Step},
    },
    messages::stops::Stop,
};

/// Refuses a branch or tag that has a commit which is marked as bad in the environment, and not its revert.
pub(super) async fn refuse(context: &StepContext<'_>, environment: &str, git_ref: &str) -> Result<(), StepError> {
    let Some(ledger) = context.surroundings.ledgers.get(environment) else { return Ok(()) };
    for bad in ledger.bad() {
        let since = context.repository.compare(&bad.commit, git_ref).await?;
        let after: Vec<(&str, &str)> =
            since.commits.iter().map(|commit| (commit.sha.as_str(), commit.message.as_str())).collect();
        let commits: Vec<&str> =
            [Some(&bad.commit), bad.merge.as_ref()].into_iter().flatten().map(String::as_str).collect();
        if since.behind > 0 || is_reverted(&commits, bad.pull, &after) {
            continue;
        }
        let pull = bad.pull.map(|number| format!(" (#{number})")).unwrap_or_default();
        let what = format!("{} \u{201c}{}\u{201d}{pull}", short(&bad.commit), bad.title);
        return Err(Stop::Bad { git_ref, what: &what, by: &bad.by, environment }.into());
    }
    Ok(())
}

/// Where CD watches the branch, the merge is the deploy: it is refused before.
pub(super) async fn refuse_merge(context: &StepContext<'_>) -> Result<(), StepError> {
    let spec = &context.release.spec;
    for planned in &spec.plan.steps {
        if let Step::Deploy { by: By::Push, environment, .. } = &planned.step {
            refuse(context, environment, context.release.head()).await?;
        }
    }
    Ok(())
}
