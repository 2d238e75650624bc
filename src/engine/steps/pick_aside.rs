//! Merges that nobody sees, on a branch aside: how GitHub picks commits, and how merges are compared with clean ones.

use super::context::{StepContext, StepError};
use crate::{domain::release::setback::GitSetback, github::model::Merge};

/// The branch that should be there.
pub(super) struct CherryPickSpec<'a> {
    pub branch: &'a str,
    pub into: &'a str,
    pub from: &'a str,
    pub since: &'a str,
}

/// Where the bot works beside a branch: one that is gone again at the end.
pub(super) fn aside(branch: &str) -> String {
    format!("shipmate/tmp/{}", branch.replace('/', "-"))
}

/// GitHub does not let the bot work there.
pub(super) fn refused(branch: String, said: String) -> StepError {
    StepError::person(GitSetback::NotAside { branch, said })
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
