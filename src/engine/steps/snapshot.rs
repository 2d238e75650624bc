//! Makes the release branch: the source's commit with the version and the changelog on top, visible all at once.

use super::{
    adopted::{self, base, notes},
    context::{StepContext, StepError},
};
use crate::{
    domain::{
        message::short::short,
        release::{
            changelog::{NewSection, with_section},
            fact::Outcome,
            notes::Notes,
            plan::{SnapshotCommit, VersionFile},
        },
        version::{
            Version,
            file::{self, FileMistake, FileWithText, VersionedFile},
        },
    },
    github::{model::FileInTree, problem::GithubProblem},
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
    let (spec, repository, base) = (&context.release.spec, context.repository, base(context));
    let (source, notes) = futures::try_join!(async { Ok(repository.commit(base).await?) }, notes(context))?;
    let written = written(context, &source.tree, commits, &notes).await?;
    // Each tree holds all files up to its commit, so the trees need not wait for each other.
    let trees = (1..=written.len()).map(|count| {
        let files = written.iter().take(count).flatten().cloned().collect::<Vec<_>>();
        let base = source.tree.clone();
        async move { repository.create_tree(&base, &files).await }
    });
    let trees = futures::future::try_join_all(trees).await?;
    let mut head = base.to_owned();
    for (commit, tree) in commits.iter().zip(trees) {
        head = repository.create_commit(&commit.message, &tree, &[&head], context.started).await?;
    }
    // Commits without a branch are invisible; this one request is the effect.
    match StepContext::exists(repository.create_branch(branch, &head).await)? {
        Some(()) => Ok(Outcome::Branch { commit: head, contains: notes.lines() }),
        // Somebody made it by hand, and it has not gone on since: what is written comes on top.
        None if spec.adopted.is_some() && repository.branch(branch).await?.as_deref() == Some(base) => {
            if head != base {
                repository.move_branch(branch, &head, false).await?;
            }
            Ok(Outcome::Branch { commit: head, contains: notes.lines() })
        }
        None => {
            look(context, branch, commits).await?.ok_or_else(|| StepError::Later("the branch vanished".into(), None))
        }
    }
}

/// What each commit writes.
async fn written(
    context: &StepContext<'_>,
    tree: &str,
    commits: &[SnapshotCommit],
    notes: &Notes,
) -> Result<Vec<Vec<FileInTree>>, StepError> {
    let spec = &context.release.spec;
    let files: Vec<Vec<VersionedFile>> = commits.iter().map(|commit| files_of(context, commit)).collect();
    let paths: Vec<String> = files.iter().flatten().map(|file| file.path.clone()).collect();
    let found = match context.repository.files_in_tree(tree, &paths).await {
        Err(GithubProblem::NotAFile(why)) => return Err(Stop::Unwritable { what: why.as_str() }.into()),
        found => found?,
    };
    let mut found = paths.iter().cloned().zip(found);
    let (version, body) = (spec.version.to_string(), notes.markdown());
    let section = NewSection { tag: &spec.tag, version: &version, day: spec.at.date_naive(), body: &body };
    let mut commits_with_files = vec![];
    for (commit, files) in commits.iter().zip(files) {
        let olds: Vec<(VersionedFile, Option<FileInTree>)> =
            files.into_iter().zip(found.by_ref().map(|(_, found)| found)).collect();
        commits_with_files.push(match commit.write {
            VersionFile::Version => with_version(olds, &spec.version)?,
            VersionFile::Changelog => olds
                .into_iter()
                .map(|(file, old)| {
                    let old = old.unwrap_or_else(|| FileInTree::new(&file.path));
                    FileInTree { text: with_section(&old.text, &section), ..old }
                })
                .collect(),
        });
    }
    Ok(commits_with_files)
}

/// The files that a commit writes.
fn files_of(context: &StepContext<'_>, commit: &SnapshotCommit) -> Vec<VersionedFile> {
    match commit.write {
        VersionFile::Version => context.release.spec.plan.version_files(&commit.file),
        VersionFile::Changelog => vec![VersionedFile::at(&commit.file)],
    }
}

/// The files with the version in them.
fn with_version(
    olds: Vec<(VersionedFile, Option<FileInTree>)>,
    version: &Version,
) -> Result<Vec<FileInTree>, StepError> {
    let stop = |what: String| StepError::from(Stop::Unwritable { what: what.as_str() });
    if let Some((file, _)) = olds.iter().find(|(file, old)| old.is_none() && !file.can_be_made()) {
        return Err(stop(format!("{} is missing, so the version cannot be written into it", file.path)));
    }
    let texts: Vec<FileWithText> = olds
        .iter()
        .map(|(file, old)| (file.clone(), old.as_ref().map(|old| old.text.clone()).unwrap_or_default()))
        .collect();
    let mut new = file::written(&texts, version)
        .map_err(|FileMistake { path, words }| stop(format!("the version cannot be written into {path}: {words}")))?;
    let files = olds.into_iter().filter_map(|(file, old)| {
        let text = new.remove(&file.path)?;
        Some(FileInTree { text, ..old.unwrap_or_else(|| FileInTree::new(&file.path)) })
    });
    Ok(files.collect())
}

/// Whether the branch is there, and ours: its last commits are the ones we write, on the source's commit.
async fn look(
    context: &StepContext<'_>,
    branch: &str,
    commits: &[SnapshotCommit],
) -> Result<Option<Outcome>, StepError> {
    let Some(head) = context.repository.branch(branch).await? else { return Ok(None) };
    if context.release.spec.adopted.is_some() {
        return adopted::look(context, (branch, &head), commits).await;
    }
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
