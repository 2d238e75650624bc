//! Reads what changed between two commits, for changelogs and notes.

use super::context::{StepContext, StepError};
use crate::{
    domain::{
        release::{
            changelog::{Change, Notes},
            fact::Outcome,
        },
        team::people::People,
    },
    github::{Repository, model::CommitLine, problem::GithubProblem},
};

/// Reads what is in the release now.
pub(super) async fn act(context: &StepContext<'_>) -> Result<Outcome, StepError> {
    let commit = context.release.head().to_owned();
    let notes = between(context, context.release.spec.previous_tag.as_deref(), &commit).await?;
    Ok(Outcome::Notes { commit, notes })
}

/// The notes of everything in `to` that is not in `from`; empty notes when there is nothing to compare with.
pub(super) async fn between(context: &StepContext<'_>, from: Option<&str>, to: &str) -> Result<Notes, StepError> {
    Ok(read(context.repository, context.people, from, to).await?)
}

/// As `between`, for those who only read.
///
/// # Errors
/// What GitHub says against it.
pub async fn read(
    repository: &Repository,
    people: &People,
    from: Option<&str>,
    to: &str,
) -> Result<Notes, GithubProblem> {
    let Some(from) = from else { return Ok(Notes::default()) };
    let comparison = repository.compare(from, to).await?;
    let change = |commit: &CommitLine| Change {
        sha: commit.sha.clone(),
        message: commit.message.clone(),
        author: people.name_of_login(&commit.author),
    };
    Ok(Notes::from_changes(&comparison.commits.iter().map(change).collect::<Vec<_>>()))
}
