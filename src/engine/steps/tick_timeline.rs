//! Keeps the timeline in the release's pull request ticked.

use super::scene::{Scene, Trouble};
use crate::{
    domain::release::{fact::Made, plan::PullRequestName},
    messages,
};

pub(super) async fn act(scene: &Scene<'_>) -> Result<Made, Trouble> {
    if let Some((number, _)) = scene.release.state.pull_requests.get(&PullRequestName::Release) {
        let body = messages::pull_request::release(scene.release);
        scene.repository.edit_pull_request_body(*number, &body).await?;
    }
    Ok(Made::Nothing)
}
