//! Makes the release branch: the source's commit with the version and the changelog on top, visible all at once.

use super::{Scene, Trouble, notes, short};
use crate::domain::{
    changelog::with_section,
    fact::Made,
    plan::{SnapshotCommit, Written},
};

pub(super) async fn act(scene: &Scene<'_>, branch: &str, commits: &[SnapshotCommit]) -> Result<Made, Trouble> {
    if scene.resumed
        && let Some(made) = look(scene, branch, commits).await?
    {
        return Ok(made);
    }
    let head = write_commits(scene, commits).await?;
    // Commits without a branch are invisible; this one request is the effect.
    match Scene::exists(scene.repository.create_branch(branch, &head).await)? {
        Some(()) => Ok(Made::Branch { commit: head }),
        None => look(scene, branch, commits).await?.ok_or_else(|| Trouble::Later("the branch vanished".into(), None)),
    }
}

/// Writes the commits one after the other; the same commits again get the same ids.
async fn write_commits(scene: &Scene<'_>, commits: &[SnapshotCommit]) -> Result<String, Trouble> {
    let (brief, repository) = (&scene.release.brief, scene.repository);
    let files = async {
        let mut files: Vec<(String, String)> = vec![];
        for commit in commits {
            files.push((commit.file.clone(), text(scene, commit).await?));
        }
        Ok::<_, Trouble>(files)
    };
    let source = async { Ok::<_, Trouble>(repository.commit(&brief.source_commit).await?) };
    let (files, source) = futures::try_join!(files, source)?;
    // Each tree holds all files up to its commit, so the trees need not wait for each other.
    let trees = (1..=files.len()).map(|count| repository.create_tree(&source.tree, &files[..count]));
    let trees = futures::future::try_join_all(trees).await?;
    let mut head = brief.source_commit.clone();
    for (commit, tree) in commits.iter().zip(trees) {
        head = repository.create_commit(&commit.message, &tree, &[&head], scene.started).await?;
    }
    Ok(head)
}

async fn text(scene: &Scene<'_>, commit: &SnapshotCommit) -> Result<String, Trouble> {
    let brief = &scene.release.brief;
    match commit.write {
        Written::Version => Ok(format!("{}\n", brief.version)),
        Written::Changelog => {
            let old = async { Ok(scene.repository.file(&commit.file, &brief.source_commit).await?) };
            let notes = notes::between(scene, brief.previous_tag.as_deref(), &brief.source_commit);
            let (old, notes) = futures::try_join!(old, notes)?;
            let old = old.map(|file| file.text).unwrap_or_default();
            Ok(with_section(&old, &notes.section(&brief.tag, brief.at)))
        }
    }
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
    if at == scene.release.brief.source_commit { Ok(Some(Made::Branch { commit: head })) } else { Err(foreign(branch, &head)) }
}

fn foreign(branch: &str, head: &str) -> Trouble {
    let head = short(head);
    Trouble::Person(format!(
        "branch {branch} exists already, at {head}, and holds something else: delete it on GitHub and retry, or cancel"
    ))
}
