//! A branch that somebody made by hand and that was adopted: it may go on until its version is written there.

use super::{
    context::{StepContext, StepError},
    notes,
};
use crate::{
    domain::{
        message::short::short,
        release::{fact::Outcome, notes::Notes, plan::SnapshotCommit, setback::GitSetback},
    },
    github::model::{CommitLine, Comparison},
    messages::stops::Stop,
};

/// What the version is written on: where the release is cut from, or the end of the branch that was adopted.
pub(super) fn base<'a>(context: &StepContext<'a>) -> &'a str {
    let release = context.release;
    if release.spec.adopted.is_some() { release.head() } else { &release.spec.source_commit }
}

/// The notes of what is there before the version is written.
pub(super) async fn notes(context: &StepContext<'_>) -> Result<Notes, StepError> {
    let mut range = context.release.spec.range();
    if range.to == context.release.spec.source_commit {
        base(context).clone_into(&mut range.to);
    }
    notes::read_here(context, &range).await
}

/// Whether what came since only goes on, and the version is still to be written.
pub(super) fn goes_on(context: &StepContext<'_>, came: &Comparison, commits: &[SnapshotCommit]) -> bool {
    came.behind == 0 && written(&came.commits, base(context), commits).is_none()
}

/// Whether the version was written on it, whatever was pushed after that; nothing if it stands where it stood.
pub(super) async fn look(
    context: &StepContext<'_>,
    (branch, head): (&str, &str),
    commits: &[SnapshotCommit],
) -> Result<Option<Outcome>, StepError> {
    let base = base(context);
    if head == base {
        return Ok(None);
    }
    let came = context.repository.compare(base, head).await?;
    if let Some(commit) = written(&came.commits, base, commits) {
        return Ok(Some(Outcome::Branch { commit: commit.to_owned(), contains: notes(context).await?.lines() }));
    }
    if came.behind > 0 {
        return Err(Stop::Rebased { branch, at: short(head), from: short(base) }.into());
    }
    Err(StepError::soon(GitSetback::Pushed { branch: branch.to_owned() }))
}

/// The last of the commits that the release writes, if all of them are there, one on the other, on top of what it was cut from.
fn written<'a>(came: &'a [CommitLine], base: &'a str, commits: &[SnapshotCommit]) -> Option<&'a str> {
    let mut at = base;
    for wanted in commits {
        let is_ours = |commit: &&CommitLine| commit.parent_ids == [at] && commit.message.trim() == wanted.message;
        at = &came.iter().find(is_ours)?.sha;
    }
    (!commits.is_empty()).then_some(at)
}
