//! What a request to Discord carries: JSON, or a form with JSON and files.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header::CONTENT_TYPE,
};
use serde_json::{Map, Value, json};

use super::problem::Problem;
use crate::multipart;

/// The body of a request.
pub(super) struct Body {
    pub json: Value,
    /// Names and sizes of the files that came along.
    pub files: Vec<(String, usize)>,
}

impl Body {
    /// The body, as an object.
    ///
    /// # Errors
    /// If it is something else.
    pub(super) fn object(&self) -> Result<&Map<String, Value>, Problem> {
        self.json.as_object().ok_or_else(|| Problem::bad(50109))
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = multipart::boundary(kind);
        let bytes = Bytes::from_request(request, state).await.map_err(|_| Problem::bad(50109))?;
        match boundary {
            Some(boundary) => form(&boundary, &bytes),
            None if bytes.is_empty() => Ok(Self { json: json!({}), files: Vec::new() }),
            None => {
                let json = serde_json::from_slice(&bytes).map_err(|_| Problem::bad(50109))?;
                Ok(Self { json, files: Vec::new() })
            }
        }
    }
}

fn form(boundary: &str, bytes: &[u8]) -> Result<Body, Problem> {
    let parts = multipart::parts(boundary, bytes).ok_or_else(|| Problem::bad(50109))?;
    let mut body = Body { json: json!({}), files: Vec::new() };
    for part in parts {
        if part.name == "payload_json" {
            body.json = serde_json::from_slice(&part.content).map_err(|_| Problem::bad(50109))?;
        } else if let Some(filename) = part.filename {
            body.files.push((filename, part.content.len()));
        }
    }
    Ok(body)
}
