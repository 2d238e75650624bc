//! Deletes a branch; a branch that is gone is fine. The release's own stays while it has what was not released.

use super::context::{StepContext, StepError};
use crate::domain::release::{
    fact::{NewCommit, Outcome},
    setback::GitSetback,
};

pub(super) async fn act(context: &StepContext<'_>, name: &str) -> Result<Outcome, StepError> {
    let spec = &context.release.spec;
    let commits = if name == spec.branch { left(context, name).await? } else { vec![] };
    if !commits.is_empty() {
        let (branch, tag) = (name.to_owned(), spec.tag.clone());
        return Err(StepError::person(GitSetback::Left { branch, tag, commits }));
    }
    context.repository.delete_branch(name).await?;
    Ok(Outcome::Nothing)
}

/// What was pushed after the tag: nobody has tested it, and nothing else may have it.
async fn left(context: &StepContext<'_>, name: &str) -> Result<Vec<NewCommit>, StepError> {
    let (Some(tagged), Some(head)) = (&context.release.state.tagged, context.repository.branch(name).await?) else {
        return Ok(vec![]);
    };
    let commits = context.repository.compare(tagged, &head).await?.commits;
    Ok(commits.iter().map(|commit| context.new_commit(commit)).collect())
}
