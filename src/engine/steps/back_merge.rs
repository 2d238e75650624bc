//! Makes the branch that brings one line into another: the one with the other, or a tag, merged into it; the other alone if
//! they conflict.

use super::{
    conflict,
    scene::{Scene, Trouble},
};
use crate::{
    domain::release::fact::{BackMerge, Made},
    github::model::Merge,
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
    let production = source(scene, wanted.from).await?;
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
        let files = conflict::known(scene, wanted.into, wanted.from).await?;
        return Ok(Made::BackMerge(BackMerge::Conflict { files, commits: vec![] }));
    }
    match repository.merge_branch(wanted.branch, &production, wanted.message).await? {
        Merge::Merged(_) => Ok(Made::BackMerge(BackMerge::Clean)),
        Merge::AlreadyThere => {
            let brings = repository.compare(wanted.into, wanted.branch).await?.ahead > 0;
            Ok(Made::BackMerge(if brings { BackMerge::Clean } else { BackMerge::Nothing }))
        }
        Merge::Conflict => {
            let files = conflict::known(scene, wanted.into, wanted.from).await?;
            // GitHub opens no pull request from a branch without commits of its own, and a branch with conflict
            // markers helps nobody: the branch shows production as it is.
            repository.move_branch(wanted.branch, &production, true).await?;
            Ok(Made::BackMerge(BackMerge::Conflict { files, commits: vec![] }))
        }
        Merge::Refused(words) => {
            Err(Trouble::Person(format!("GitHub does not merge {} into {}: {words}", wanted.from, wanted.branch)))
        }
    }
}

/// The commit that comes: a branch's, or a tag's.
async fn source(scene: &Scene<'_>, from: &str) -> Result<String, Trouble> {
    if let Some(commit) = scene.repository.branch(from).await? {
        return Ok(commit);
    }
    let tag = scene.repository.tag(from).await?;
    let tag =
        tag.ok_or_else(|| Trouble::Person(format!("neither branch nor tag {from} is on GitHub: make it, then retry")))?;
    Ok(tag.commit)
}

async fn head(scene: &Scene<'_>, branch: &str) -> Result<String, Trouble> {
    let head = scene.repository.branch(branch).await?;
    head.ok_or_else(|| Trouble::Person(format!("branch {branch} is not on GitHub: make it, then retry")))
}
