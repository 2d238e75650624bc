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

use crate::bounded::{self, NotRead};

/// No longer is waited for Telegram, whatever it says: then it is asked again.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a request did not succeed.
#[derive(Debug, Clone, Error)]
pub(super) enum CallFailure {
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

impl CallFailure {
    /// Whether Telegram answered no with these words. Their case changes now and then.
    pub(super) fn says(&self, words: &str) -> bool {
        matches!(self, Self::Answered { description, .. } if description.to_lowercase().contains(&words.to_lowercase()))
    }

    /// Whether Telegram does not know the token: 401, or 404 for one that has not even the right form.
    pub(super) const fn is_wrong_token(&self) -> bool {
        matches!(self, Self::Answered { code: 401 | 404, .. })
    }
}

#[derive(Deserialize)]
struct TelegramAnswer<T> {
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
) -> Result<T, CallFailure> {
    let (status, body) = send(bot, payload_name(&request), |post| post.json(request.payload_ref())).await?;
    read(status, &body)
}

/// Sends what carries a file.
pub(super) async fn call_with_file<T: DeserializeOwned>(
    bot: &Bot,
    method: &str,
    form: reqwest::multipart::Form,
) -> Result<T, CallFailure> {
    let (status, body) = send(bot, method, |post| post.multipart(form)).await?;
    read(status, &body)
}

fn payload_name<R: HasPayload>(_: &R) -> &'static str {
    R::Payload::NAME
}

fn read<T: DeserializeOwned>(status: reqwest::StatusCode, body: &[u8]) -> Result<T, CallFailure> {
    if status.is_server_error() {
        return Err(CallFailure::Later { why: format!("Telegram answered {status}"), wait: None });
    }
    let answer: TelegramAnswer<T> = serde_json::from_slice(body).map_err(|problem| CallFailure::Later {
        why: format!("Telegram answered {status} with something unreadable: {problem}"),
        wait: None,
    })?;
    if let Some(result) = answer.result {
        return Ok(result);
    }
    let code = answer.error_code.unwrap_or(status.as_u16());
    let description = answer.description.unwrap_or_else(|| status.to_string());
    match answer.parameters {
        Some(ResponseParameters::MigrateToChatId(chat)) => Err(CallFailure::Moved(chat.0)),
        Some(ResponseParameters::RetryAfter(wait)) => {
            Err(CallFailure::Later { why: description, wait: Some(wait.duration().min(LONGEST_WAIT)) })
        }
        None if code == 429 || code >= 500 => Err(CallFailure::Later { why: description, wait: None }),
        None => Err(CallFailure::Answered { code, description }),
    }
}

async fn send(
    bot: &Bot,
    method: &str,
    fill: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
) -> Result<(reqwest::StatusCode, Vec<u8>), CallFailure> {
    let later = |why: String| CallFailure::Later { why, wait: None };
    // The address holds the token.
    let unreachable =
        |problem: reqwest::Error| later(format!("Telegram cannot be reached: {}", with_causes(&problem.without_url())));
    let base = bot.api_url();
    let address = format!("{}/bot{}/{method}", base.as_str().trim_end_matches('/'), bot.token());
    let answer = fill(bot.client().post(address)).send().await.map_err(unreachable)?;
    let status = answer.status();
    let body = bounded::read(reqwest::Body::from(answer)).await.map_err(|problem| match problem {
        NotRead::TooLarge => later(format!("Telegram's answer cannot be read: {problem}")),
        NotRead::Broken(problem) => unreachable(problem),
    })?;
    Ok((status, body))
}

/// The whole chain: reqwest's own text stops at "error sending request".
fn with_causes(problem: &dyn std::error::Error) -> String {
    std::iter::successors(problem.source(), |cause| cause.source())
        .fold(problem.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)]
    #![allow(clippy::unwrap_used)]
    use axum::{Json, Router, http::StatusCode, routing::post};
    use serde::de::IgnoredAny;
    use serde_json::{Value, json};
    use teloxide::{prelude::Requester, types::ChatId};

    use super::*;

    async fn answered(status: u16, answer: Value) -> Result<Value, CallFailure> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/", listener.local_addr().unwrap()).parse().unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        let router = Router::new().route("/api/bot12:ab/SendMessage", post(async move || (status, Json(answer))));
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let bot = Bot::new("12:ab").set_api_url(url);
        let answer = call(&bot, bot.send_message(ChatId(-5), "Hi")).await;
        server.abort();
        answer
    }

    fn no(code: u16, description: &str, parameters: Value) -> Value {
        json!({ "ok": false, "error_code": code, "description": description, "parameters": parameters })
    }

    #[tokio::test]
    async fn a_request_goes_where_teloxide_would_send_it() {
        assert_eq!(answered(200, json!({ "ok": true, "result": 5 })).await.unwrap(), json!(5));
    }

    #[tokio::test]
    async fn a_failing_server_is_told_at_once() {
        // teloxide itself waits ten seconds.
        let soon = tokio::time::timeout(Duration::from_secs(5), answered(502, json!("Bad Gateway"))).await.unwrap();
        assert!(matches!(soon, Err(CallFailure::Later { wait: None, .. })));
    }

    #[tokio::test]
    async fn answers_are_told_apart() {
        let limit = answered(429, no(429, "Too Many Requests: retry after 7", json!({ "retry_after": 7 }))).await;
        assert!(matches!(limit, Err(CallFailure::Later { wait: Some(wait), .. }) if wait == Duration::from_secs(7)));
        let for_ever = answered(429, no(429, "Too Many Requests", json!({ "retry_after": u32::MAX }))).await;
        assert!(matches!(for_ever, Err(CallFailure::Later { wait: Some(wait), .. }) if wait == LONGEST_WAIT));
        let moved = answered(400, no(400, "Bad Request", json!({ "migrate_to_chat_id": -1007 }))).await;
        assert!(matches!(moved, Err(CallFailure::Moved(-1007))));
        let failure = answered(401, no(401, "Unauthorized", Value::Null)).await.unwrap_err();
        assert!(failure.is_wrong_token() && failure.says("unauthorized"));
    }

    #[tokio::test]
    async fn no_failure_tells_the_token() {
        let bot = Bot::new("12:ab").set_api_url("http://127.0.0.1:9/".parse().unwrap());
        let failure = call::<IgnoredAny>(&bot, bot.get_me()).await.unwrap_err();
        assert!(matches!(failure, CallFailure::Later { .. }));
        assert!(!failure.to_string().contains("12:ab"), "{failure}");
    }
}
