//! The parameters of a method, whether they came as JSON, as a form, or as a form with files.

use std::collections::BTreeMap;

use axum::{
    Form,
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::multipart;

/// The parameters of one request.
#[derive(Default)]
pub(super) struct Params {
    values: Map<String, Value>,
    /// Files by the name of their part: name and size.
    pub files: BTreeMap<String, (String, usize)>,
}

impl Params {
    pub(super) async fn read(headers: &HeaderMap, body: Bytes) -> Result<Self, Problem> {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if body.is_empty() {
            return Ok(Self::default());
        }
        if let Some(boundary) = multipart::boundary(kind) {
            let parts = multipart::parts(&boundary, &body).ok_or_else(|| Problem::bad("malformed form"))?;
            let mut params = Self::default();
            for part in parts {
                match part.filename {
                    Some(filename) => {
                        params.files.insert(part.name, (filename, part.content.len()));
                    }
                    None => {
                        let text = String::from_utf8_lossy(&part.content).into_owned();
                        params.values.insert(part.name, Value::String(text));
                    }
                }
            }
            return Ok(params);
        }
        if kind.starts_with("application/x-www-form-urlencoded") {
            let mut request = Request::post("/").body(Body::from(body)).map_err(|_| Problem::bad("malformed form"))?;
            request.headers_mut().clone_from(headers);
            let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
            let Form(pairs) = form.map_err(|_| Problem::bad("malformed form"))?;
            let values = pairs.into_iter().map(|(key, value)| (key, Value::String(value))).collect();
            return Ok(Self { values, files: BTreeMap::new() });
        }
        let values = serde_json::from_slice(&body).map_err(|_| Problem::bad("can't parse JSON object"))?;
        Ok(Self { values, files: BTreeMap::new() })
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// A text; empty if it is absent.
    pub(super) fn text(&self, key: &str) -> &str {
        self.values.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| !value.is_null())
    }

    pub(super) fn int(&self, key: &str) -> Option<i64> {
        let value = self.values.get(key)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        let value = self.values.get(key).unwrap_or(&Value::Null);
        matches!(value, Value::Bool(true)) || matches!(value.as_str(), Some("true" | "True" | "1"))
    }

    /// A structure; forms carry it as a text that holds JSON. Null if it is absent.
    pub(super) fn structure(&self, key: &str) -> Result<Value, Problem> {
        match self.values.get(key) {
            None => Ok(Value::Null),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map_err(|_| Problem::bad(format!("can't parse {key} JSON object")))
            }
            Some(value) => Ok(value.clone()),
        }
    }
}
