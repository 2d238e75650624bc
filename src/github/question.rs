//! Asks for somebody's question: what was read a moment ago is the answer, and what is read now costs of the questions' share of
//! what GitHub lets the bot ask.

use std::sync::{MutexGuard, PoisonError};

use chrono::DateTime;
use http::HeaderMap;

use super::{
    client::Connection,
    kept::{LARGEST, fresh},
    problem::{GithubProblem, GithubResult},
    request::{Call, GitHubAnswer},
};
use crate::domain::quota::{Quota, Scarcity, Spending};

impl Connection {
    /// As `send`, for a question: what was read a moment ago is the answer, and what is read now costs of the questions' share.
    pub(super) async fn ask(&self, call: Call) -> GithubResult<GitHubAnswer> {
        let kept = self.kept.of(&call, self.clock.now());
        let mut kept = kept.lock().await;
        let now = self.clock.now();
        if let Some((_, answer)) = kept.as_ref().filter(|(at, _)| fresh(*at, now)) {
            return answer.clone();
        }
        self.spending().take_for_question(now).map_err(|scarcity| match scarcity {
            Scarcity::UsedUp(until) => GithubProblem::RateLimited { until },
            Scarcity::KeptForReleases(until) => GithubProblem::KeptForReleases { until },
        })?;
        let answer = self.send(call).await;
        let is_small = answer.as_ref().map_or(true, |answer| answer.text.len() <= LARGEST);
        *kept = is_small.then(|| (self.clock.now(), answer.clone()));
        answer
    }

    /// Notes what an answer says of GitHub's limit. Queries in GraphQL have one of their own.
    pub(super) fn note_limit(&self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| text(name)?.parse::<u64>().ok();
        let (limit, remaining) = (number("x-ratelimit-limit"), number("x-ratelimit-remaining"));
        let reset = number("x-ratelimit-reset").and_then(|reset| i64::try_from(reset).ok());
        let reset = reset.and_then(|reset| DateTime::from_timestamp(reset, 0));
        let (Some(limit), Some(remaining), Some(reset)) = (limit, remaining, reset) else { return };
        if text("x-ratelimit-resource").is_none_or(|resource| resource == "core") {
            self.spending().note(Quota { limit, remaining, reset });
        }
    }

    /// Notes that GitHub wants no requests for some time, if that is what went wrong.
    pub(super) fn note_limited(&self, problem: &GithubProblem) {
        if let GithubProblem::RateLimited { until } = problem {
            self.spending().shut(self.clock.now(), *until);
        }
    }

    pub(super) fn spending(&self) -> MutexGuard<'_, Spending> {
        self.spending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
