//! Makes the release branch: the source's commit with the version and the changelog on top, visible all at once.

use std::sync::Arc;

use futures::{FutureExt, future::try_join_all, join, try_join};

use super::{
    adopted::{self, base, notes},
    context::{StepContext, StepError},
    tag,
};
use crate::{
    domain::{
        message::short::short,
        release::{
            changelog::{NewSection, with_section},
            fact::Outcome,
            notes::Notes,
            plan::{SnapshotCommit, VersionFile},
            setback::GitSetback,
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
    let (begun, spec, base) = (context.repository.for_a_start(), &context.release.spec, base(context));
    let (context, repository) = (&context.through(&begun), &begun);
    let notes = async { Ok::<_, StepError>(Arc::new(notes(context).await?)) }.boxed().shared();
    let tree = async { Ok::<_, StepError>(repository.commit(base).await?.tree) }.boxed().shared();
    let files: Vec<_> = commits.iter().map(|commit| written(context, commit, notes.clone()).boxed().shared()).collect();
    // Each tree holds all files up to its commit, so the trees need not wait for each other, nor the first commits for the last files.
    let trees = (1..=files.len()).map(|count| {
        let (files, tree) = (files.iter().take(count).cloned(), tree.clone());
        let (files, started) = (try_join_all(files), tree);
        async move {
            let (base, files) = try_join!(started, files)?;
            Ok::<_, StepError>(repository.create_tree(&base, &files.concat()).await?)
        }
        .boxed()
        .shared()
    });
    let trees: Vec<_> = trees.collect();
    let chain = async {
        let mut head = base.to_owned();
        for (commit, tree) in commits.iter().zip(&trees) {
            let tree = tree.clone().await?;
            head = repository.create_commit(&commit.message, &tree, &[&head], context.started).await?;
        }
        Ok(head)
    };
    let (head, _, notes) = try_join!(chain, try_join_all(trees.iter().cloned()), notes)?;
    let made = || Ok(Outcome::Branch { commit: head.clone(), contains: notes.lines() });
    // Commits without a branch are invisible; this one request is the effect.
    let (created, ()) = join!(repository.create_branch(branch, &head), tag::foresee(context, &head));
    match StepContext::exists(created)? {
        Some(()) => made(),
        // Somebody made it by hand, and it has not gone on since: what is written comes on top.
        None if spec.adopted.is_some() && repository.branch(branch).await?.as_deref() == Some(base) => {
            if head != base {
                repository.move_branch(branch, &head, false).await?;
            }
            made()
        }
        None => {
            let vanished = || StepError::soon(GitSetback::Vanished { name: branch.to_owned() });
            look(context, branch, commits).await?.ok_or_else(vanished)
        }
    }
}

/// What a commit writes.
async fn written(
    context: &StepContext<'_>,
    commit: &SnapshotCommit,
    notes: impl Future<Output = Result<Arc<Notes>, StepError>>,
) -> Result<Vec<FileInTree>, StepError> {
    let (spec, files) = (&context.release.spec, files_of(context, commit));
    let paths: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    let found = async {
        match context.repository.files_in_tree(base(context), &paths).await {
            Err(GithubProblem::NotAFile(why)) => Err(Stop::Unwritable { what: why.as_str() }.into()),
            found => Ok(found?),
        }
    };
    if commit.write == VersionFile::Version {
        return with_version(files.into_iter().zip(found.await?).collect(), &spec.version);
    }
    let (found, notes) = try_join!(found, notes)?;
    let (version, body) = (spec.version.to_string(), notes.markdown());
    let section = NewSection { tag: &spec.tag, version: &version, day: spec.at.date_naive(), body: &body };
    let olds = files.into_iter().zip(found).map(|(file, old)| old.unwrap_or_else(|| FileInTree::new(&file.path)));
    Ok(olds.map(|old| FileInTree { text: with_section(&old.text, &section), ..old }).collect())
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
