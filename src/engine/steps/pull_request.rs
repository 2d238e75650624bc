//! Opens a pull request with its labels.

use super::scene::{Scene, Trouble};
use crate::{
    domain::release::{
        fact::{BackMerge, Made},
        plan::PullRequestName,
    },
    github::model::PullRequest,
    messages,
};

/// The pull request that should be there.
pub(super) struct Wanted<'a> {
    pub name: PullRequestName,
    pub head: &'a str,
    pub base: &'a str,
    pub title: &'a str,
    pub labels: &'a [String],
}

pub(super) async fn act(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Made, Trouble> {
    let back_merge = scene.release.state.back_merge();
    if wanted.name == PullRequestName::Backport && back_merge == Some(&BackMerge::Nothing) {
        return Ok(Made::Nothing);
    }
    let found = if scene.resumed { look(scene, wanted).await? } else { None };
    let pull_request = match found {
        Some(found) => found,
        None => open(scene, wanted).await?,
    };
    // What it brings is more than it was at first.
    if wanted.name == PullRequestName::Backport && scene.release.state.steps[scene.index].tries > 0 {
        let body = messages::pull_request::backport(scene.release, wanted.base);
        scene.repository.edit_pull_request_body(pull_request.number, &body).await?;
    }
    let missing: Vec<String> =
        wanted.labels.iter().filter(|label| !pull_request.labels.contains(label)).cloned().collect();
    if !missing.is_empty() {
        scene.repository.add_labels(pull_request.number, &missing).await?;
    }
    if wanted.name == PullRequestName::Backport && matches!(back_merge, Some(BackMerge::Conflict { .. })) {
        assign(scene, pull_request.number).await?;
    }
    Ok(Made::PullRequest { number: pull_request.number, url: pull_request.url })
}

async fn open(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<PullRequest, Trouble> {
    let body = match wanted.name {
        PullRequestName::Release => messages::pull_request::release(scene.release),
        PullRequestName::Backport => messages::pull_request::backport(scene.release, wanted.base),
    };
    let conflicts = matches!(scene.release.state.back_merge(), Some(BackMerge::Conflict { .. }));
    let draft = wanted.name == PullRequestName::Backport && conflicts;
    let opened = scene.repository.open_pull_request(wanted.title, &body, wanted.head, wanted.base, draft).await;
    match Scene::exists(opened)? {
        Some(opened) => Ok(opened),
        None => look(scene, wanted)
            .await?
            .ok_or_else(|| Trouble::Later(format!("the pull request from {} is not to be found", wanted.head), None)),
    }
}

async fn look(scene: &Scene<'_>, wanted: &Wanted<'_>) -> Result<Option<PullRequest>, Trouble> {
    let found = scene.repository.find_pull_request(wanted.head, wanted.base).await?;
    // Between branches that stay, one that was merged earlier belongs to an earlier release.
    let stays = wanted.head == scene.release.brief.source;
    let Some(found) = found.filter(|found| found.open || found.merged.is_some()) else { return Ok(None) };
    let ours = match (found.open, stays) {
        (true, _) => true,
        (false, true) => found.head_sha == scene.release.head(),
        // Once it was merged, more may have come to its branch.
        (false, false) => scene.repository.branch(wanted.head).await?.is_none_or(|tip| tip == found.head_sha),
    };
    Ok(ours.then_some(found))
}

/// A conflict belongs to somebody: whoever merged the release, else whoever asked for it.
pub(super) async fn assign(scene: &Scene<'_>, number: u64) -> Result<(), Trouble> {
    let merger = scene.release.state.merged.as_ref().map(|merged| merged.by.as_str());
    let name = merger.unwrap_or(&scene.release.brief.requester);
    let login = scene.people.named(name).and_then(|person| person.github.clone());
    if let Some(login) = login {
        scene.repository.add_assignees(number, &[login]).await?;
    }
    Ok(())
}
