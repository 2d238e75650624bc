//! Telegram's answers: `ok` with a result, or an error with a description.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// A request that Telegram refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    code: u16,
    description: String,
    /// Where a group is by now that became a supergroup.
    migrated_to: Option<i64>,
}

impl Problem {
    fn new(code: u16, description: String) -> Self {
        Self { code, description, migrated_to: None }
    }

    pub(super) fn bad(what: impl std::fmt::Display) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    /// telegram-bot-api, `Client.cpp`: "group chat was upgraded to a supergroup chat" with `migrate_to_chat_id`.
    pub(super) fn migrated(to: i64) -> Self {
        Self { migrated_to: Some(to), ..Self::bad("group chat was upgraded to a supergroup chat") }
    }

    pub(super) fn forbidden(what: &str) -> Self {
        Self::new(403, format!("Forbidden: {what}"))
    }

    pub(super) fn conflict(what: &str) -> Self {
        Self::new(409, format!("Conflict: {what}"))
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized".to_owned())
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "Not Found".to_owned())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::BAD_REQUEST);
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(to) = self.migrated_to {
            body["parameters"] = json!({"migrate_to_chat_id": to});
        }
        (status, Json(body)).into_response()
    }
}

/// What a method answers.
pub(super) type Answer = Result<Value, Problem>;
