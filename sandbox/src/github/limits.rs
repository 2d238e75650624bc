//! How often somebody may ask: so many requests an hour, so many points a minute, so much new content a minute.

use std::collections::VecDeque;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Response},
};
use chrono::{DateTime, Duration, Utc};

use super::{GitHub, answer::Refusal, stamp};

/// GitHub's limits; all of them count on the sandbox's clock, and people's own acts do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests an hour.
    pub requests_an_hour: u64,
    /// Points a minute: reading costs 1, everything else 5.
    pub points_a_minute: u64,
    /// Requests a minute that make something people are told about: pull requests, comments, reviews, merges, releases.
    pub contents_a_minute: u64,
    /// The same in an hour.
    pub contents_an_hour: u64,
    /// Whether commit statuses count as content. GitHub's documentation does not say so.
    pub statuses_are_content: bool,
}

impl Default for Limits {
    /// As GitHub documents them.
    fn default() -> Self {
        Self {
            requests_an_hour: 5000,
            points_a_minute: 900,
            contents_a_minute: 80,
            contents_an_hour: 500,
            statuses_are_content: false,
        }
    }
}

impl Limits {
    /// Limits that nobody meets.
    pub fn none() -> Self {
        let most = u64::from(u32::MAX);
        Self {
            requests_an_hour: most,
            points_a_minute: most,
            contents_a_minute: most,
            contents_an_hour: most,
            statuses_are_content: false,
        }
    }

    fn content(self, method: &Method, path: &str) -> bool {
        let below: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).skip(3).collect();
        match (method, below.as_slice()) {
            (&Method::POST, ["statuses", _]) => self.statuses_are_content,
            (&Method::POST, ["pulls" | "issues" | "releases"]) => true,
            (&Method::POST, ["issues", _, "comments"]) => true,
            (&Method::POST, ["pulls", _, "reviews" | "requested_reviewers"]) => true,
            (&Method::PUT, ["pulls", _, "merge"]) => true,
            _ => false,
        }
    }
}

/// What has been spent.
#[derive(Default)]
pub(super) struct Rate {
    pub limit: u64,
    pub used: u64,
    /// What queries in GraphQL have cost: they have a limit of their own (docs: Rate limits and query limits for the GraphQL API).
    pub by_query: u64,
    pub reset: DateTime<Utc>,
    /// Requests to refuse with 429, and the seconds to name.
    pub secondary: (u64, u64),
    /// When points were spent, and how many.
    points: VecDeque<(DateTime<Utc>, u64)>,
    /// When content was made.
    contents: VecDeque<(DateTime<Utc>, u64)>,
    refused: u64,
}

/// How long to wait until `cost` more fits under `most` within `window`; none if it fits now.
fn wait(
    spent: &VecDeque<(DateTime<Utc>, u64)>,
    now: DateTime<Utc>,
    window: Duration,
    most: u64,
    cost: u64,
) -> Option<i64> {
    let mut sum: u64 = spent.iter().filter(|(at, _)| *at + window > now).map(|(_, cost)| cost).sum::<u64>() + cost;
    if sum <= most {
        return None;
    }
    for (at, cost) in spent.iter().filter(|(at, _)| *at + window > now) {
        sum -= cost;
        if sum <= most {
            return Some((*at + window - now).num_seconds().max(1));
        }
    }
    Some(window.num_seconds())
}

impl Rate {
    fn refusal(&mut self, status: u16, seconds: u64) -> Refusal {
        self.refused += 1;
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        Refusal { headers: vec![("retry-after", seconds.to_string())], ..Refusal::new(status, message) }
    }

    fn forget(&mut self, now: DateTime<Utc>) {
        for spent in [&mut self.points, &mut self.contents] {
            while spent.front().is_some_and(|(at, _)| *at + Duration::hours(1) <= now) {
                spent.pop_front();
            }
        }
    }
}

impl GitHub {
    /// Counts a request, unless it is one too many.
    pub(super) fn spend(&self, method: &Method, path: &str) -> Result<(), Refusal> {
        let (now, limits) = (self.now(), self.settings().limits);
        let mut state = self.state();
        let rate = &mut state.rate;
        if rate.secondary.0 > 0 {
            rate.secondary.0 -= 1;
            let seconds = rate.secondary.1;
            return Err(rate.refusal(429, seconds));
        }
        if rate.reset <= now {
            (rate.used, rate.by_query) = (0, 0);
            rate.reset = now + Duration::hours(1);
        }
        if path == "/rate_limit" {
            return Ok(());
        }
        let is_query = path.ends_with("/graphql");
        if (if is_query { rate.by_query } else { rate.used }) >= rate.limit {
            rate.refused += 1;
            let id = self.settings().bot.id;
            return Err(Refusal::new(403, format!("API rate limit exceeded for user ID {id}.")));
        }
        *(if is_query { &mut rate.by_query } else { &mut rate.used }) += 1;
        rate.forget(now);
        // A GraphQL request without mutations costs one point (docs: Rate limits for the GraphQL API).
        let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) || is_query;
        let cost = if reads { 1 } else { 5 };
        let mut waits = vec![wait(&rate.points, now, Duration::minutes(1), limits.points_a_minute, cost)];
        let content = limits.content(method, path);
        if content {
            waits.push(wait(&rate.contents, now, Duration::minutes(1), limits.contents_a_minute, 1));
            waits.push(wait(&rate.contents, now, Duration::hours(1), limits.contents_an_hour, 1));
        }
        if let Some(seconds) = waits.into_iter().flatten().max() {
            return Err(rate.refusal(403, seconds.unsigned_abs()));
        }
        rate.points.push_back((now, cost));
        if content {
            rate.contents.push_back((now, 1));
        }
        Ok(())
    }

    /// Takes back that a request was counted.
    pub(super) fn give_back(&self) {
        let rate = &mut self.state().rate;
        rate.used = rate.used.saturating_sub(1);
    }

    /// What every answer carries.
    pub(super) fn with_usual_headers(&self, mut response: Response<Body>, is_query: bool) -> Response<Body> {
        let (now, mut state) = (self.now(), self.state());
        let request = state.next_request();
        let rate = &state.rate;
        let (used, resource) = if is_query { (rate.by_query, "graphql") } else { (rate.used, "core") };
        let values = [
            ("server", "github.com".to_owned()),
            ("date", now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
            ("x-github-media-type", "github.v3; format=json".to_owned()),
            ("x-github-api-version-selected", "2022-11-28".to_owned()),
            ("x-github-request-id", format!("5A4D:{request:06X}")),
            ("x-ratelimit-limit", rate.limit.to_string()),
            ("x-ratelimit-remaining", rate.limit.saturating_sub(used).to_string()),
            ("x-ratelimit-used", used.to_string()),
            ("x-ratelimit-reset", rate.reset.timestamp().to_string()),
            ("x-ratelimit-resource", resource.to_owned()),
        ];
        for (name, value) in values {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }

    /// Leaves this many requests until the rate limit is reset, an hour from now on the sandbox's clock.
    pub fn leave_requests(&self, remaining: u64) {
        let reset = self.now() + Duration::hours(1);
        let mut state = self.state();
        state.rate.reset = reset;
        state.rate.used = state.rate.limit.saturating_sub(remaining);
        tracing::debug!(remaining, reset = stamp(reset), "rate limit set");
    }

    /// Refuses the next `requests` with 429 and `retry-after: seconds`.
    pub fn refuse_as_too_fast(&self, requests: u64, seconds: u64) {
        self.state().rate.secondary = (requests, seconds);
    }

    /// How many requests were refused because there were too many.
    pub fn refused_as_too_many(&self) -> u64 {
        self.state().rate.refused
    }
}
