//! Takes a story out of the release's own branch: back to where the branch began, and everything else is merged again.

use super::super::context::{StepContext, StepError};
use crate::{
    domain::release::{
        Release,
        fact::{Fact, Outcome},
        plan::Step,
        setback::GitSetback,
        stories::Picking,
    },
    github::{Repository, model::CommitDetail},
};

/// Resets the branch to where it began, unless it holds something that is not a merge of the bot's.
///
/// # Errors
/// What stands in the way.
pub async fn rebuild(context: &StepContext<'_>, picking: Picking<'_>) -> Result<Fact, StepError> {
    let (base, into) = (began(context.release, picking), picking.into);
    if let Some(other) = foreign(context.repository, context.release, picking).await? {
        let subject = other.message.lines().next().unwrap_or_default().to_owned();
        let foreign = GitSetback::Foreign { branch: into.to_owned(), commit: other.sha, subject };
        return Err(StepError::person(foreign));
    }
    if context.repository.branch(into).await?.is_some_and(|head| head != base) {
        context.repository.move_branch(into, base, true).await?;
    }
    Ok(Fact::Rebuilt { commit: base.to_owned() })
}

/// The newest commit of the branch that neither is the one where it began nor was made by merging a story.
///
/// # Errors
/// What stands in the way.
pub async fn foreign(
    repository: &Repository,
    release: &Release,
    picking: Picking<'_>,
) -> Result<Option<CommitDetail>, StepError> {
    let base = began(release, picking);
    let missing = || StepError::person(GitSetback::NoBranch { branch: picking.into.to_owned() });
    let mut at = repository.branch_or_gone(picking.into).await?.ok_or_else(missing)?;
    while at != base {
        let commit = repository.commit(&at).await?;
        // A merge of which the process did not live to hear the answer is known by its message.
        let own = release.state.stories.merges.contains(&at) || is_merge_of_a_story(release, picking, &commit);
        match commit.parents.first().filter(|_| own) {
            Some(parent) => at.clone_from(parent),
            None => return Ok(Some(commit)),
        }
    }
    Ok(None)
}

/// The commit at which the branch began.
fn began<'a>(release: &'a Release, picking: Picking<'_>) -> &'a str {
    let made = release.spec.plan.steps.iter().zip(&release.state.steps).find_map(|(planned, state)| {
        let (Step::Snapshot { branch: name, .. } | Step::Branch { name, .. }) = &planned.step else { return None };
        let Some((Outcome::Branch { commit, .. }, _)) = &state.done else { return None };
        (name == picking.into).then_some(commit.as_str())
    });
    made.unwrap_or(&release.spec.source_commit)
}

fn is_merge_of_a_story(release: &Release, picking: Picking<'_>, commit: &CommitDetail) -> bool {
    let mut picked = release.facts.iter().filter_map(|recorded| {
        let Fact::Story { story, .. } = &recorded.fact else { return None };
        Some(story)
    });
    commit.parents.len() == 2 && picked.any(|story| commit.message.trim() == picking.message(story))
}
