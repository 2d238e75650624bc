//! What Unleash answers: flags as its Admin API shows them, and its errors.

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE},
};
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::{Flag, House};

/// Why Unleash does not do something: a status, the name of the error and its message.
pub(super) struct Refusal(pub u16, pub &'static str, pub String);

impl Refusal {
    pub(super) fn not_found(message: String) -> Self {
        Self(404, "NotFoundError", message)
    }

    pub(super) fn lacks(permission: &str, environment: &str) -> Self {
        let needed = format!("you need the \"{permission}\" permission in the \"{environment}\" environment.");
        let message = format!(
            "You don't have the required permissions to perform this operation. To perform this action, {needed}"
        );
        Self(403, "PermissionError", message)
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let Self(status, name, message) = self;
        let id = "9c40958a-daac-400e-98fb-3bb438567008";
        respond(status, &json!({"id": id, "name": name, "message": message, "details": [{"message": message}]}))
    }
}

/// An answer in JSON.
pub(super) fn respond(status: u16, body: &Value) -> Response<Body> {
    let mut response = empty(status);
    *response.body_mut() = Body::from(body.to_string());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// An answer without a body.
pub(super) fn empty(status: u16) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

impl House {
    /// The flags of a project as a list; a project that is not there has none.
    pub(super) fn list_json(&self, project: &str) -> Value {
        let state = self.state();
        let of = state.flags.iter().filter(|_| project == self.settings.project);
        let features: Vec<Value> = of.map(|flag| self.flag_json(flag)).collect();
        json!({"version": 2, "features": features})
    }

    /// One flag.
    pub(super) fn flag_json(&self, flag: &Flag) -> Value {
        let environments: Vec<Value> = (1..)
            .zip(&self.settings.environments)
            .map(|(order, (name, kind))| {
                json!({
                    "name": name, "type": kind, "enabled": flag.on_in.contains(name), "sortOrder": order,
                    "variantCount": 0, "lastSeenAt": null, "hasStrategies": true, "hasEnabledStrategies": true,
                })
            })
            .collect();
        let created = self.began.to_rfc3339_opts(SecondsFormat::Millis, true);
        json!({
            "name": flag.name, "type": flag.kind, "description": flag.description, "project": self.settings.project,
            "stale": false, "favorite": false, "impressionData": false, "archived": false, "createdAt": created,
            "archivedAt": null, "lastSeenAt": null, "environments": environments,
        })
    }
}
