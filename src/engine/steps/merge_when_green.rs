//! Merges the back-merge's pull request once its checks are green and nothing conflicts.

use super::{
    await_merge::{checks, conflict, in_words, obstacle},
    scene::{Scene, Sight, Trouble},
};
use crate::{
    domain::release::{
        conflict::paths,
        fact::{BackMerge, Made},
        plan::{PullRequestName, Step},
    },
    github::model::{Merge, PullRequest},
};

pub(super) async fn look(scene: &Scene<'_>) -> Result<Sight, Trouble> {
    if is_being_made(scene) {
        return Ok(Sight::NotYet("the pull request of the back-merge is being made".into()));
    }
    let Some(pull_request) = read(scene).await? else { return Ok(Sight::Done(Made::Nothing)) };
    if let Some(made) = merged(scene, &pull_request) {
        return Ok(Sight::Done(made));
    }
    let (number, what) = (pull_request.number, what(scene));
    if !pull_request.open {
        return Err(Trouble::Person(format!(
            "{what} #{number} was closed without merging: reopen it and retry, or skip with a reason"
        )));
    }
    if pull_request.mergeable == Some(false)
        && let Some(BackMerge::Conflict { files, .. }) = scene.release.state.back_merge()
    {
        return Ok(Sight::NotYet(format!("{what} #{number} conflicts in {}: a person resolves it", paths(files))));
    }
    if let Some(conflict) = conflict(scene, &pull_request).await? {
        return Ok(in_words(&pull_request, conflict));
    }
    let checks = checks(scene.repository, &pull_request.head_sha, scene.project.checks).await?;
    match obstacle(&pull_request, &checks, scene.project.checks) {
        Some(obstacle) => Ok(Sight::NotYet(format!("{what} #{number}: {obstacle}"))),
        None => Ok(Sight::Ready),
    }
}

pub(super) async fn act(scene: &Scene<'_>) -> Result<Made, Trouble> {
    let Some(pull_request) = read(scene).await? else { return Ok(Made::Nothing) };
    if let Some(made) = merged(scene, &pull_request) {
        return Ok(made);
    }
    let title = format!("{} (#{})", pull_request.title, pull_request.number);
    match scene.repository.merge_pull_request(pull_request.number, &pull_request.head_sha, &title).await? {
        Merge::Merged(commit) => Ok(Made::Merged { by: "Shipmate".into(), commit, head: pull_request.head_sha }),
        Merge::AlreadyThere | Merge::Conflict => {
            Err(Trouble::Later(format!("{} #{} conflicts", what(scene), pull_request.number), None))
        }
        Merge::Refused(words) => {
            Err(Trouble::Later(format!("GitHub does not merge #{}: {words}", pull_request.number), None))
        }
    }
}

/// Whether the pull request is not there yet, or does not hold all that it should.
fn is_being_made(scene: &Scene<'_>) -> bool {
    let release = scene.release;
    let steps = release.brief.plan.steps.iter().zip(&release.state.steps).take(scene.index);
    let makes = |step: &Step| {
        matches!(
            step,
            Step::BackMerge { .. }
                | Step::CherryPick { .. }
                | Step::PullRequest { name: PullRequestName::Backport, .. }
        )
    };
    steps.into_iter().any(|(planned, state)| makes(&planned.step) && !state.is_over())
}

/// What people call it.
fn what(scene: &Scene<'_>) -> &'static str {
    if scene.release.brief.brings_tag() { "pull request" } else { "back-merge" }
}

async fn read(scene: &Scene<'_>) -> Result<Option<PullRequest>, Trouble> {
    match scene.release.state.pull_requests.get(&PullRequestName::Backport) {
        Some((number, _)) => Ok(Some(scene.repository.pull_request(*number).await?)),
        None => Ok(None),
    }
}

fn merged(scene: &Scene<'_>, pull_request: &PullRequest) -> Option<Made> {
    let merged = pull_request.merged.as_ref()?;
    // Once the bot has begun to merge, the merge is its own, whatever became of the answer.
    let ours = scene.release.state.steps[scene.index].started.is_some();
    let by = if ours { "Shipmate".into() } else { scene.people.name_of_login(&merged.login) };
    Some(Made::Merged { by, commit: merged.commit.clone(), head: pull_request.head_sha.clone() })
}
