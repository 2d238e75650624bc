//! Sends one of serenity's requests and reads what Discord answers.
//!
//! Only the sending is ours: serenity reads answers without a limit, drops how long a limited request is to wait, and knows
//! the limits of the real address only.

use std::time::Duration;

use reqwest::{
    Client, StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serenity::http::{DiscordJsonError, Request};
use thiserror::Error;

use super::rate_limits::RateLimits;
use crate::{
    bounded::{self, NotRead},
    chat::problem::ChatProblem,
};

/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(15);
/// No longer is waited for Discord, whatever it says: then it is asked again.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a request to Discord did not succeed.
#[derive(Debug, Error)]
pub(super) enum DiscordFailure {
    /// There is no answer, or none that can be read.
    #[error("Discord {0}")]
    NoAnswer(String),
    /// Too much was asked of it.
    #[error("Discord asks to slow down")]
    TooMuch { wait: Option<Duration> },
    /// It answered no, with its own words unless a proxy stands before it.
    #[error("Discord answered {status}")]
    Answered { status: u16, said: Option<DiscordJsonError> },
}

impl DiscordFailure {
    /// Discord's own number for what went wrong, if it gave one.
    pub(super) fn code(&self) -> Option<isize> {
        match self {
            Self::Answered { said, .. } => said.as_ref().map(|said| said.code),
            Self::NoAnswer(_) | Self::TooMuch { .. } => None,
        }
    }

    /// Whether the same request may succeed a moment later.
    pub(super) fn helps_again(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::TooMuch { .. } => true,
            Self::Answered { status, .. } => *status >= 500,
        }
    }
}

/// Discord's REST API.
pub(super) struct Rest {
    client: Client,
    /// What stands in the header.
    token: String,
    /// Where it answers instead of at Discord.
    api_url: Option<String>,
    limits: RateLimits,
}

impl Rest {
    /// # Errors
    /// `Refused` for what can be no token.
    pub(super) fn new(token: &str, api_url: Option<&str>) -> Result<Self, ChatProblem> {
        let client = Client::builder().use_rustls_tls().timeout(REQUEST).build();
        let client = client.map_err(|error| ChatProblem::Refused(format!("Discord cannot be asked: {error}")))?;
        let token = token.trim().trim_start_matches("Bot ");
        let token = format!("Bot {token}");
        if HeaderValue::from_str(&token).is_err() {
            let sentence = "The Discord token has letters that no token has: copy it again";
            return Err(ChatProblem::Refused(sentence.to_owned()));
        }
        let api_url = api_url.map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self { client, token, api_url, limits: RateLimits::default() })
    }

    /// The client by which it is asked, each request within a limited time.
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Sends a request and reads the part of the answer that is needed, `T`.
    pub(super) async fn call<T: DeserializeOwned>(&self, request: Request<'_>) -> Result<T, DiscordFailure> {
        let body = self.send(request).await?;
        serde_json::from_slice(&body)
            .map_err(|_| DiscordFailure::NoAnswer("answered with something that cannot be read".to_owned()))
    }

    /// Sends a request whose answer says nothing, and returns that.
    pub(super) async fn send(&self, request: Request<'_>) -> Result<Vec<u8>, DiscordFailure> {
        let bucket = request.route_ref().ratelimiting_bucket();
        self.limits.pass(bucket).await;
        let built = request.build(&self.client, &self.token, self.api_url.as_deref());
        let built = built.map_err(|problem| DiscordFailure::NoAnswer(format!("cannot be asked: {problem}")))?;
        let answer = built.send().await.map_err(|problem| not_answered(&problem))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        self.limits.note(bucket, &headers);
        let body = bounded::read(reqwest::Body::from(answer)).await.map_err(|problem| match problem {
            NotRead::TooLarge => DiscordFailure::NoAnswer(format!("gave an answer that cannot be read: {problem}")),
            NotRead::Broken(problem) => not_answered(&problem),
        })?;
        match status {
            _ if status.is_success() => Ok(body),
            StatusCode::TOO_MANY_REQUESTS => Err(DiscordFailure::TooMuch { wait: told_to_wait(&headers, &body) }),
            _ => Err(DiscordFailure::Answered { status: status.as_u16(), said: serde_json::from_slice(&body).ok() }),
        }
    }
}

/// The body of a request.
pub(super) fn json(body: &impl Serialize) -> Result<String, DiscordFailure> {
    serde_json::to_string(body).map_err(|problem| DiscordFailure::NoAnswer(format!("cannot be asked: {problem}")))
}

fn not_answered(problem: &reqwest::Error) -> DiscordFailure {
    let why = if problem.is_timeout() { "did not answer in time" } else { "cannot be reached" };
    DiscordFailure::NoAnswer(why.to_owned())
}

/// How long Discord asks to wait: in the body, or in a header, where a proxy stands before it.
fn told_to_wait(headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Limited {
        retry_after: f64,
    }
    let said = serde_json::from_slice::<Limited>(body).ok().map(|limited| limited.retry_after);
    let seconds = said.or_else(|| headers.get("retry-after")?.to_str().ok()?.parse().ok())?;
    Some(Duration::try_from_secs_f64(seconds).ok()?.min(LONGEST_WAIT))
}
