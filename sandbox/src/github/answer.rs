//! What GitHub answers: a body with its status, a page of a list, or a refusal in GitHub's own words.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode},
};
use serde_json::{Value, json};

use super::{ask::Ask, problem::Problem};

/// A successful answer.
pub(super) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
}

/// A refusal.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub message: String,
    pub errors: Vec<Value>,
    pub headers: Vec<(&'static str, String)>,
}

/// What every endpoint gives.
pub(super) type Answered = Result<Answer, Refusal>;

impl Answer {
    pub(super) fn with(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
        Self { status, body: body.to_string().into_bytes(), headers }
    }

    pub(super) fn ok(body: Value) -> Answered {
        Ok(Self::with(200, &body))
    }

    pub(super) fn created(body: Value) -> Answered {
        Ok(Self::with(201, &body))
    }

    /// 204, without a body.
    pub(super) fn nothing() -> Answered {
        Ok(Self { status: 204, body: Vec::new(), headers: Vec::new() })
    }

    /// A difference, as `application/vnd.github.diff`.
    pub(super) fn diff(text: String) -> Self {
        Self::raw("application/vnd.github.diff; charset=utf-8", text.into_bytes())
    }

    /// Commits as mails, as `application/vnd.github.patch`.
    pub(super) fn patch(text: String) -> Self {
        Self::raw("application/vnd.github.patch; charset=utf-8", text.into_bytes())
    }

    pub(super) fn raw(kind: &str, body: Vec<u8>) -> Self {
        Self { status: 200, body, headers: vec![("content-type", kind.to_owned())] }
    }

    /// The page of `all` that was asked for.
    pub(super) fn list(ask: &Ask, all: Vec<Value>) -> Answered {
        let total = all.len();
        Ok(Self::page(ask, Value::Array(ask.slice(all)), total))
    }

    /// The page of `all` that was asked for, under `key` beside the total count.
    pub(super) fn counted(ask: &Ask, key: &str, all: Vec<Value>) -> Answered {
        let total = all.len();
        Ok(Self::page(ask, json!({"total_count": total, key: ask.slice(all)}), total))
    }

    /// A page that has been cut already, out of `total` things.
    pub(super) fn page(ask: &Ask, body: Value, total: usize) -> Self {
        let mut answer = Self::with(200, &body);
        answer.headers.extend(ask.links(total).map(|links| ("link", links)));
        answer
    }

    pub(super) fn into_response(self) -> Response<Body> {
        respond(self.status, self.headers, Body::from(self.body))
    }
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: Vec::new(), headers: Vec::new() }
    }

    pub fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    /// 422 with one plain message.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(422, message)
    }

    /// 422 "Validation Failed" for one field.
    pub fn field(resource: &str, field: &str, code: &str) -> Self {
        let errors = vec![json!({"resource": resource, "field": field, "code": code})];
        Self { errors, ..Self::invalid("Validation Failed") }
    }

    /// 422 "Validation Failed" with a sentence of its own.
    pub fn custom(resource: &str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        let errors = vec![json!({"resource": resource, "code": "custom", "message": message})];
        Self { errors, ..Self::invalid("Validation Failed") }
    }

    /// The message together with the messages of its errors.
    pub fn full_message(&self) -> String {
        let details = self.errors.iter().filter_map(|error| error["message"].as_str().or(error.as_str()));
        std::iter::once(self.message.as_str()).chain(details).collect::<Vec<_>>().join(": ")
    }

    pub fn into_response(self) -> Response<Body> {
        let mut body = json!({
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": self.status.to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        let mut headers = self.headers;
        headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
        respond(self.status, headers, Body::from(body.to_string()))
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        tracing::error!(%problem, "the sandbox's GitHub failed");
        Self::new(500, format!("Server Error: {problem}"))
    }
}

fn respond(status: u16, headers: Vec<(&'static str, String)>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
