//! Deletes a branch; a branch that is gone is fine. The release's own stays while it has what was not released.

use super::context::{StepContext, StepError};
use crate::domain::{message::short::short, release::fact::Outcome};

pub(super) async fn act(context: &StepContext<'_>, name: &str) -> Result<Outcome, StepError> {
    let spec = &context.release.spec;
    if name == spec.branch
        && let Some(left) = left(context, name).await?
    {
        return Err(StepError::Person(format!(
            "on {name} is what {} has not: {left}. Bring it to another branch, delete {name} on GitHub, and retry; or skip \
             this with a reason, and it stays",
            spec.tag
        )));
    }
    context.repository.delete_branch(name).await?;
    Ok(Outcome::Nothing)
}

/// What was pushed after the tag, in words: nobody has tested it, and nothing else may have it.
async fn left(context: &StepContext<'_>, name: &str) -> Result<Option<String>, StepError> {
    let (Some(tagged), Some(head)) = (&context.release.state.tagged, context.repository.branch(name).await?) else {
        return Ok(None);
    };
    let commits = context.repository.compare(tagged, &head).await?.commits;
    let shown = commits.iter().map(|commit| {
        let subject = commit.message.lines().next().unwrap_or_default();
        format!("{} {subject} ({})", short(&commit.sha), context.people.name_of_login(&commit.author))
    });
    Ok((!commits.is_empty()).then(|| shown.collect::<Vec<_>>().join("; ")))
}
