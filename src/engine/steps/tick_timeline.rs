//! Keeps the timeline in the release's pull request ticked.

use super::context::{StepContext, StepError};
use crate::{
    domain::release::{fact::Outcome, plan::PullRequestName},
    messages,
};

pub(super) async fn act(context: &StepContext<'_>) -> Result<Outcome, StepError> {
    if let Some((number, _)) = context.release.state.pull_requests.get(&PullRequestName::Release) {
        let body = messages::pull_request::release(context.release);
        context.repository.edit_pull_request_body(*number, &body).await?;
    }
    Ok(Outcome::Nothing)
}
