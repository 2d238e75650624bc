//! Makes the back-merge branch: development with production merged into it, or production alone if they conflict.

use std::collections::BTreeSet;

use super::scene::{Scene, Trouble};
use crate::{
    domain::fact::{BackMerge, Made},
    github::{Repository, model::Merge},
};

/// The branch that should be there.
pub(super) struct Wanted<'a> {
    pub branch: &'a str,
    pub into: &'a str,
    pub from: &'a str,
    pub message: &'a str,
}

pub(super) async fn act(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Made, Trouble> {
    let repository = scene.repository;
    let production = head(scene, wanted.from).await?;
    let branch = match repository.branch(wanted.branch).await? {
        Some(head) => head,
        None => {
            let development = head(scene, wanted.into).await?;
            Scene::exists(repository.create_branch(wanted.branch, &development).await)?;
            development
        }
    };
    // Only a conflict leaves production itself on the branch.
    if branch == production && repository.compare(wanted.into, &production).await?.behind > 0 {
        return Ok(Made::BackMerge(BackMerge::Conflict {
            files: conflicts(repository, wanted.into, wanted.from).await?,
        }));
    }
    match repository.merge_branch(wanted.branch, wanted.from, wanted.message).await? {
        Merge::Merged(_) => Ok(Made::BackMerge(BackMerge::Clean)),
        Merge::AlreadyThere => {
            let brings = repository.compare(wanted.into, wanted.branch).await?.ahead > 0;
            Ok(Made::BackMerge(if brings { BackMerge::Clean } else { BackMerge::Nothing }))
        }
        Merge::Conflict => {
            let files = conflicts(repository, wanted.into, wanted.from).await?;
            // GitHub opens no pull request from a branch without commits of its own, and a branch with conflict
            // markers helps nobody: the branch shows production as it is.
            repository.move_branch(wanted.branch, &production, true).await?;
            Ok(Made::BackMerge(BackMerge::Conflict { files }))
        }
        Merge::Refused(words) => {
            Err(Trouble::Person(format!("GitHub does not merge {} into {}: {words}", wanted.from, wanted.branch)))
        }
    }
}

async fn head(scene: &Scene<'_>, branch: &str) -> Result<String, Trouble> {
    let head = scene.repository.branch(branch).await?;
    head.ok_or_else(|| Trouble::Person(format!("branch {branch} is not on GitHub: make it, then retry")))
}

/// The files that both sides changed and that do not merge line by line. GitHub itself only says "conflict".
pub(super) async fn conflicts(repository: &Repository, into: &str, from: &str) -> Result<Vec<String>, Trouble> {
    let (theirs, ours) = futures::try_join!(repository.compare(into, from), repository.compare(from, into))?;
    let ours: BTreeSet<String> = ours.files.into_iter().collect();
    let mut files = vec![];
    for path in theirs.files.into_iter().filter(|path| ours.contains(path)) {
        let (base, left, right) = futures::try_join!(
            repository.file(&path, &theirs.merge_base),
            repository.file(&path, into),
            repository.file(&path, from)
        )?;
        let text = |file: Option<crate::github::model::FileText>| file.map(|file| file.text);
        let (base, left, right) = (text(base), text(left), text(right));
        let clean = left == right
            || match (&base, &left, &right) {
                (Some(base), Some(left), Some(right)) => diffy::merge(base, left, right).is_ok(),
                _ => false,
            };
        if !clean {
            files.push(path);
        }
    }
    Ok(files)
}
