//! Sends one of teloxide's requests and reads what Telegram answers.
//!
//! Only the sending is ours: teloxide sleeps ten seconds inside a request that is answered with 5xx, and hides the
//! status code that tells a wrong token from a missing chat.

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use teloxide::{
    Bot,
    requests::{HasPayload, Payload},
    types::ResponseParameters,
};
use thiserror::Error;

/// Why a request did not succeed.
#[derive(Debug, Clone, Error)]
pub(super) enum Failure {
    /// No answer, 5xx, or a rate limit: the same request may succeed later.
    #[error("{why}")]
    Later { why: String, wait: Option<Duration> },
    /// Telegram answered no.
    #[error("Telegram answered {code}: {description}")]
    Answered { code: u16, description: String },
    /// The group became a supergroup and has this id now.
    #[error("the group has become a supergroup; its new id is {0}")]
    Moved(i64),
}

impl Failure {
    /// Whether Telegram answered no with these words. Their case changes now and then.
    pub fn says(&self, words: &str) -> bool {
        matches!(self, Self::Answered { description, .. } if description.to_lowercase().contains(&words.to_lowercase()))
    }

    /// Whether Telegram does not know the token: 401, or 404 for one that has not even the right form.
    pub const fn is_wrong_token(&self) -> bool {
        matches!(self, Self::Answered { code: 401 | 404, .. })
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    result: Option<T>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<ResponseParameters>,
}

/// Sends a request that teloxide has built and reads the part of the answer that is needed, `T`.
///
/// Reading less than teloxide's own type keeps a message that was sent from counting as unsent just because
/// Telegram's answer has grown a field of an unknown form.
pub(super) async fn call<T: DeserializeOwned>(
    bot: &Bot,
    request: impl HasPayload<Payload: Serialize>,
) -> Result<T, Failure> {
    let answer = send(bot, &request).await.map_err(|problem| Failure::Later {
        // The address holds the token.
        why: format!("Telegram cannot be reached: {}", with_causes(&problem.without_url())),
        wait: None,
    })?;
    let (status, body) = answer;
    if status.is_server_error() {
        return Err(Failure::Later { why: format!("Telegram answered {status}"), wait: None });
    }
    let answer: Answer<T> = serde_json::from_slice(&body).map_err(|problem| Failure::Later {
        why: format!("Telegram answered {status} with something unreadable: {problem}"),
        wait: None,
    })?;
    if let Some(result) = answer.result {
        return Ok(result);
    }
    let code = answer.error_code.unwrap_or(status.as_u16());
    let description = answer.description.unwrap_or_else(|| status.to_string());
    match answer.parameters {
        Some(ResponseParameters::MigrateToChatId(chat)) => Err(Failure::Moved(chat.0)),
        Some(ResponseParameters::RetryAfter(wait)) => {
            Err(Failure::Later { why: description, wait: Some(wait.duration()) })
        }
        None if code == 429 || code >= 500 => Err(Failure::Later { why: description, wait: None }),
        None => Err(Failure::Answered { code, description }),
    }
}

async fn send<R: HasPayload<Payload: Serialize>>(
    bot: &Bot,
    request: &R,
) -> Result<(reqwest::StatusCode, Vec<u8>), reqwest::Error> {
    let base = bot.api_url();
    let address = format!("{}/bot{}/{}", base.as_str().trim_end_matches('/'), bot.token(), R::Payload::NAME);
    let answer = bot.client().post(address).json(request.payload_ref()).send().await?;
    Ok((answer.status(), answer.bytes().await?.to_vec()))
}

/// The whole chain: reqwest's own text stops at "error sending request".
fn with_causes(problem: &dyn std::error::Error) -> String {
    std::iter::successors(problem.source(), |cause| cause.source())
        .fold(problem.to_string(), |text, cause| format!("{text}: {cause}"))
}
