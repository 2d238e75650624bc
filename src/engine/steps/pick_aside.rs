//! Merges that nobody sees, on a branch aside: how GitHub picks commits, and how merges are compared with clean ones.

use super::context::{StepContext, StepError};
use crate::github::model::Merge;

/// The branch that should be there.
pub(super) struct CherryPickSpec<'a> {
    pub branch: &'a str,
    pub into: &'a str,
    pub from: &'a str,
    pub since: &'a str,
}

/// Where commits are picked: a branch that is gone again at the end.
pub(super) fn aside(wanted: &CherryPickSpec<'_>) -> String {
    format!("shipmate/tmp/{}", wanted.branch.replace('/', "-"))
}

/// What a person does when GitHub does not let the bot pick.
pub(super) fn refused(wanted: &CherryPickSpec<'_>, words: &str) -> StepError {
    StepError::Person(format!(
        "GitHub does not let the bot work on branch {}: {words}. Exempt `shipmate/tmp/**` from the rule, then retry",
        aside(wanted)
    ))
}

/// Merges a commit into one beside it, on a branch aside; an earlier attempt may have come so far already.
pub(super) async fn join(
    context: &StepContext<'_>,
    aside: &str,
    beside: &str,
    commit: &str,
    message: &str,
) -> Result<Merge, StepError> {
    let repository = context.repository;
    if StepContext::exists(repository.create_branch(aside, beside).await)?.is_none() {
        let head = repository.branch(aside).await?.unwrap_or_default();
        let stands = head == beside || repository.commit(&head).await?.parents == [beside, commit];
        if head != beside && stands {
            return Ok(Merge::Merged(head));
        }
        if !stands {
            repository.move_branch(aside, beside, true).await?;
        }
    }
    Ok(repository.merge_branch(aside, commit, message).await?)
}
