//! Discord's refusals: a status, a numbered code, and for forms a tree that says what is wrong where.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// A request that Discord refuses.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    fn new(status: StatusCode, code: u32, message: &str) -> Self {
        Self { status, body: json!({"message": message, "code": code}) }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 0, "401: Unauthorized")
    }

    pub(super) fn expired_token() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 50027, "Invalid Webhook Token")
    }

    pub(super) fn no_such_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, 0, "404: Not Found")
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, 0, "405: Method Not Allowed")
    }

    /// The thing behind one of the codes 10000 to 10999 does not exist.
    pub(super) fn unknown(code: u32) -> Self {
        let what = match code {
            10002 => "Application",
            10003 => "Channel",
            10004 => "Guild",
            10007 => "Member",
            10008 => "Message",
            10013 => "User",
            10015 => "Webhook",
            10062 => "interaction",
            _ => "Thing",
        };
        Self::new(StatusCode::NOT_FOUND, code, &format!("Unknown {what}"))
    }

    pub(super) fn forbidden(code: u32) -> Self {
        let message = match code {
            50001 => "Missing Access",
            50007 => "Cannot send messages to this user",
            50005 => "Cannot edit a message authored by another user",
            _ => "Missing Permissions",
        };
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn bad(code: u32) -> Self {
        let message = match code {
            30003 => "Maximum number of pins reached for the channel (50)",
            40060 => "Interaction has already been acknowledged.",
            50006 => "Cannot send an empty message",
            50083 => "Thread is archived",
            160005 => "Thread is locked",
            50024 => "Cannot execute action on this channel type",
            50109 => "The request body contains invalid JSON.",
            160004 => "A thread has already been created for this message",
            _ => "Bad Request",
        };
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

/// Collects what is wrong with a form (code 50035).
#[derive(Default)]
pub(super) struct Form(Map<String, Value>);

impl Form {
    /// Notes an error at a dotted path such as `embeds.0.title`; an empty path means the form itself.
    pub(super) fn wrong(&mut self, path: &str, code: &str, message: &str) {
        let mut node = &mut self.0;
        for key in path.split('.').filter(|key| !key.is_empty()) {
            let next = node.entry(key).or_insert_with(|| json!({}));
            let Value::Object(next) = next else { return };
            node = next;
        }
        let errors = node.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(errors) = errors {
            errors.push(json!({"code": code, "message": message}));
        }
    }

    /// Notes a text that is absent, too short or too long. Lengths are in characters.
    pub(super) fn text(&mut self, path: &str, value: &Value, least: usize, most: usize) {
        let Some(text) = value.as_str() else {
            let (code, message) = match value {
                Value::Null if least == 0 => return,
                Value::Null => ("BASE_TYPE_REQUIRED", "This field is required"),
                _ => ("BASE_TYPE_BAD_TYPE", "Could not interpret value as string."),
            };
            return self.wrong(path, code, message);
        };
        let length = text.chars().count();
        if length == 0 && least > 0 {
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required");
        } else if length < least || (length > most && least > 0) {
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", &format!("Must be between {least} and {most} in length."));
        } else if length > most {
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", &format!("Must be {most} or fewer in length."));
        }
    }

    /// The list at `path`; notes one that is too long or no list at all.
    pub(super) fn list<'a>(&mut self, path: &str, value: &'a Value, least: usize, most: usize) -> &'a [Value] {
        let Some(list) = value.as_array() else {
            if !value.is_null() {
                self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
            } else if least > 0 {
                self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required");
            }
            return &[];
        };
        if list.len() < least || list.len() > most {
            let message = format!("Must be between {least} and {most} in length.");
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", &message);
        }
        list
    }

    /// Fine, or the refusal with everything that is wrong.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut problem = Problem::new(StatusCode::BAD_REQUEST, 50035, "Invalid Form Body");
        problem.body["errors"] = Value::Object(self.0);
        Err(problem)
    }
}
