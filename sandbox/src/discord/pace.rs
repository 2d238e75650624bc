//! How many messages Discord takes in a channel: it says with each answer what is left and for how long, and refuses the rest with 429.
//!
//! Source: Discord's documentation, "Rate Limits": `X-RateLimit-*` on every answer of a limited route, per channel as its top
//! level resource; a refused request has `Retry-After` and a body with `retry_after` in seconds.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{Path, Request, State as Extract},
    http::{HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Discord, routes::Handle};

/// So many messages in each stretch of time, in real time, channel by channel.
pub(super) struct Pace {
    most: u32,
    stretch: Duration,
    /// When the stretch of each channel began, and how many came since.
    since: HashMap<u64, (Instant, u32)>,
    refused: usize,
}

/// What is left of a stretch, and how long it lasts; nothing for a message too many.
struct Left {
    left: Option<u32>,
    most: u32,
    resets_after: Duration,
}

impl Discord {
    /// From now on each channel takes so many messages in a stretch of time, in real time.
    pub fn limit_messages(&self, most: u32, stretch: Duration) {
        let pace = Pace { most, stretch, since: HashMap::new(), refused: 0 };
        self.0.shared.change(|state| state.pace = Some(pace));
    }

    /// How many messages were refused because there were too many.
    pub fn refused_messages(&self) -> usize {
        self.0.shared.look(|state| state.pace.as_ref().map_or(0, |pace| pace.refused))
    }
}

impl Pace {
    fn take(&mut self, channel: u64) -> Left {
        let now = Instant::now();
        let (began, came) = self.since.entry(channel).or_insert((now, 0));
        if now.duration_since(*began) >= self.stretch {
            (*began, *came) = (now, 0);
        }
        let resets_after = self.stretch.saturating_sub(now.duration_since(*began));
        let left = self.most.checked_sub(*came + 1);
        match left {
            Some(_) => *came += 1,
            None => self.refused += 1,
        }
        Left { left, most: self.most, resets_after }
    }
}

/// Lets a message through, or not.
pub(super) async fn paced(
    Extract(handle): Extract<Handle>,
    Path(channel): Path<u64>,
    request: Request,
    next: Next,
) -> Response {
    let making = request.method() == axum::http::Method::POST;
    let taken = handle.change(|state| state.pace.as_mut().filter(|_| making).map(|pace| pace.take(channel)));
    let Some(Left { left, most, resets_after }) = taken else { return next.run(request).await };
    let seconds = resets_after.as_secs_f64();
    let mut answer = match left {
        Some(_) => next.run(request).await,
        None => {
            let body = json!({"message": "You are being rate limited.", "retry_after": seconds, "global": false});
            let mut refused = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
            // In whole seconds, unlike the body.
            refused.headers_mut().insert("retry-after", HeaderValue::from(seconds.ceil() as u64));
            refused
        }
    };
    let numbers = [
        ("x-ratelimit-limit", most.to_string()),
        ("x-ratelimit-remaining", left.unwrap_or(0).to_string()),
        ("x-ratelimit-reset-after", format!("{seconds:.3}")),
    ];
    for (name, value) in numbers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
