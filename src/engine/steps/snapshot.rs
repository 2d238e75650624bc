//! Makes the release branch: the source's commit with the version and the changelog on top, visible all at once.

use super::{
    notes,
    scene::{Scene, Trouble},
};
use crate::domain::{
    message::short::short,
    release::{
        changelog::{Notes, with_section},
        fact::Made,
        plan::{SnapshotCommit, Written},
    },
};

pub(super) async fn act(scene: &Scene<'_>, branch: &str, commits: &[SnapshotCommit]) -> Result<Made, Trouble> {
    if scene.resumed
        && let Some(made) = look(scene, branch, commits).await?
    {
        return Ok(made);
    }
    let (brief, repository) = (&scene.release.brief, scene.repository);
    let (source, olds, notes) = futures::try_join!(
        async { Ok(repository.commit(&brief.source_commit).await?) },
        old_texts(scene, commits),
        notes(scene)
    )?;
    let new_text = |commit: &SnapshotCommit, old: &str| match commit.write {
        Written::Version => format!("{}\n", brief.version),
        Written::Changelog => with_section(old, &notes.section(&brief.tag, brief.at)),
    };
    let files: Vec<(String, String)> =
        commits.iter().zip(&olds).map(|(commit, old)| (commit.file.clone(), new_text(commit, old))).collect();
    // Each tree holds all files up to its commit, so the trees need not wait for each other.
    let trees = (1..=files.len()).map(|count| repository.create_tree(&source.tree, &files[..count]));
    let trees = futures::future::try_join_all(trees).await?;
    let mut head = brief.source_commit.clone();
    for (commit, tree) in commits.iter().zip(trees) {
        head = repository.create_commit(&commit.message, &tree, &[&head], scene.started).await?;
    }
    // Commits without a branch are invisible; this one request is the effect.
    match Scene::exists(repository.create_branch(branch, &head).await)? {
        Some(()) => Ok(Made::Branch { commit: head, contains: notes.lines() }),
        None => look(scene, branch, commits).await?.ok_or_else(|| Trouble::Later("the branch vanished".into(), None)),
    }
}

async fn notes(scene: &Scene<'_>) -> Result<Notes, Trouble> {
    let brief = &scene.release.brief;
    notes::between(scene, brief.previous_tag.as_deref(), &brief.source_commit).await
}

/// What the files hold on the source; only a changelog is built on what stands there.
async fn old_texts(scene: &Scene<'_>, commits: &[SnapshotCommit]) -> Result<Vec<String>, Trouble> {
    let old = |commit: &SnapshotCommit| {
        let (file, write) = (commit.file.clone(), commit.write);
        async move {
            let found = match write {
                Written::Version => None,
                Written::Changelog => scene.repository.file(&file, &scene.release.brief.source_commit).await?,
            };
            Ok::<_, Trouble>(found.map(|file| file.text).unwrap_or_default())
        }
    };
    futures::future::try_join_all(commits.iter().map(old)).await
}

/// Whether the branch is there, and ours: its last commits are the ones we write, on the source's commit.
async fn look(scene: &Scene<'_>, branch: &str, commits: &[SnapshotCommit]) -> Result<Option<Made>, Trouble> {
    let Some(head) = scene.repository.branch(branch).await? else { return Ok(None) };
    let mut at = head.clone();
    for wanted in commits.iter().rev() {
        let found = scene.repository.commit(&at).await?;
        if found.message.trim() != wanted.message || found.parents.len() != 1 {
            return Err(foreign(branch, &head));
        }
        at.clone_from(&found.parents[0]);
    }
    if at != scene.release.brief.source_commit {
        return Err(foreign(branch, &head));
    }
    Ok(Some(Made::Branch { commit: head, contains: notes(scene).await?.lines() }))
}

fn foreign(branch: &str, head: &str) -> Trouble {
    let head = short(head);
    Trouble::Person(format!(
        "branch {branch} exists already, at {head}, and holds something else: delete it on GitHub and retry, or cancel"
    ))
}
