//! Makes the release branch: the source's commit with the version and the changelog on top, visible all at once.

use super::{
    context::{StepContext, StepError},
    notes,
};
use crate::{
    domain::{
        message::short::short,
        release::{
            changelog::with_section,
            fact::Outcome,
            notes::Notes,
            plan::{SnapshotCommit, VersionFile},
        },
    },
    messages::stops::Stop,
};

pub(super) async fn act(
    context: &StepContext<'_>,
    branch: &str,
    commits: &[SnapshotCommit],
) -> Result<Outcome, StepError> {
    if context.resumed
        && let Some(made) = look(context, branch, commits).await?
    {
        return Ok(made);
    }
    let (spec, repository) = (&context.release.spec, context.repository);
    let (source, olds, notes) = futures::try_join!(
        async { Ok(repository.commit(&spec.source_commit).await?) },
        old_texts(context, commits),
        notes(context)
    )?;
    let new_text = |commit: &SnapshotCommit, old: &str| match commit.write {
        VersionFile::Version => format!("{}\n", spec.version),
        VersionFile::Changelog => with_section(old, &notes.section(&spec.tag, spec.at)),
    };
    let files: Vec<(String, String)> =
        commits.iter().zip(&olds).map(|(commit, old)| (commit.file.clone(), new_text(commit, old))).collect();
    // Each tree holds all files up to its commit, so the trees need not wait for each other.
    let trees = (1..=files.len()).map(|count| repository.create_tree(&source.tree, &files[..count]));
    let trees = futures::future::try_join_all(trees).await?;
    let mut head = spec.source_commit.clone();
    for (commit, tree) in commits.iter().zip(trees) {
        head = repository.create_commit(&commit.message, &tree, &[&head], context.started).await?;
    }
    // Commits without a branch are invisible; this one request is the effect.
    match StepContext::exists(repository.create_branch(branch, &head).await)? {
        Some(()) => Ok(Outcome::Branch { commit: head, contains: notes.lines() }),
        None => {
            look(context, branch, commits).await?.ok_or_else(|| StepError::Later("the branch vanished".into(), None))
        }
    }
}

async fn notes(context: &StepContext<'_>) -> Result<Notes, StepError> {
    notes::read_here(context, &context.release.spec.range()).await
}

/// What the files hold on the source; only a changelog is built on what stands there.
async fn old_texts(context: &StepContext<'_>, commits: &[SnapshotCommit]) -> Result<Vec<String>, StepError> {
    let old = |commit: &SnapshotCommit| {
        let (file, write) = (commit.file.clone(), commit.write);
        async move {
            let found = match write {
                VersionFile::Version => None,
                VersionFile::Changelog => context.repository.file(&file, &context.release.spec.source_commit).await?,
            };
            Ok::<_, StepError>(found.map(|file| file.text).unwrap_or_default())
        }
    };
    futures::future::try_join_all(commits.iter().map(old)).await
}

/// Whether the branch is there, and ours: its last commits are the ones we write, on the source's commit.
async fn look(
    context: &StepContext<'_>,
    branch: &str,
    commits: &[SnapshotCommit],
) -> Result<Option<Outcome>, StepError> {
    let Some(head) = context.repository.branch(branch).await? else { return Ok(None) };
    let mut at = head.clone();
    for wanted in commits.iter().rev() {
        let found = context.repository.commit(&at).await?;
        if found.message.trim() != wanted.message || found.parents.len() != 1 {
            return Err(foreign(branch, &head));
        }
        at.clone_from(&found.parents[0]);
    }
    if at != context.release.spec.source_commit {
        return Err(foreign(branch, &head));
    }
    Ok(Some(Outcome::Branch { commit: head, contains: notes(context).await?.lines() }))
}

fn foreign(branch: &str, head: &str) -> StepError {
    Stop::Foreign { branch, at: short(head) }.into()
}
