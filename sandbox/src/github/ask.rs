//! One request to the REST API: its path, its page, and a body that may hold only what GitHub knows.

use axum::{
    extract::Query,
    http::{HeaderMap, Method, Uri},
};
use serde_json::{Map, Value, json};

use super::{answer::Refusal, graphql, people::User};
use crate::wire::Wire;

/// One request.
pub(super) struct Ask {
    pub method: Method,
    /// The decoded parts of the path.
    pub path: Vec<String>,
    pub headers: HeaderMap,
    pub body: Option<Value>,
    /// Who asks.
    pub actor: User,
    /// The full address, for links to other pages.
    pub address: String,
    query: Vec<(String, String)>,
    wire: Wire,
}

/// A JSON body whose keys have been checked.
pub(super) struct Fields(Map<String, Value>);

impl Ask {
    pub(super) fn new(
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: &[u8],
        actor: User,
        base: &str,
        wire: Wire,
    ) -> Self {
        let query = Query::try_from_uri(uri).map(|Query(pairs)| pairs).unwrap_or_default();
        let body = serde_json::from_slice(body).ok();
        let path = split_path(uri.path());
        Self { method, path, headers, body, actor, address: format!("{base}{}", uri.path()), query, wire }
    }

    /// A query parameter; an empty one is as good as none.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The whole query, with its question mark; nothing if there is none.
    pub(super) fn queries(&self) -> String {
        let pairs: Vec<String> =
            self.query.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    pub(super) fn accepts(&self, part: &str) -> bool {
        self.headers.get("accept").and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(part))
    }

    /// Whether an app asks, by a token of its installation.
    pub(super) fn by_app(&self) -> bool {
        self.headers
            .get("authorization")
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("ghs_"))
    }

    /// Whether this token was shown.
    pub(super) fn has_token(&self, token: &str) -> bool {
        let shown = self.headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        shown.split(' ').nth(1) == Some(token)
    }

    /// Whether GraphQL is asked for a change.
    pub(super) fn mutates(&self) -> bool {
        let query = self.body.as_ref().and_then(|body| body["query"].as_str());
        query.is_some_and(graphql::is_mutation)
    }

    /// The page number (from 1) and its size (at most 100, 30 if not said).
    pub(super) fn paging(&self) -> (usize, usize) {
        let number = |name: &str| self.query(name).and_then(|value| value.parse::<usize>().ok());
        (number("page").unwrap_or(1).max(1), number("per_page").unwrap_or(30).clamp(1, 100))
    }

    pub(super) fn slice(&self, all: Vec<Value>) -> Vec<Value> {
        let (page, size) = self.paging();
        all.into_iter().skip((page - 1) * size).take(size).collect()
    }

    /// As [`Ask::slice`], but with a page size of its own where none is asked for.
    pub(super) fn slice_of(&self, all: Vec<Value>, size: usize) -> Vec<Value> {
        let asked = self.query("page").is_some() || self.query("per_page").is_some();
        if asked { self.slice(all) } else { all.into_iter().take(size).collect() }
    }

    /// The `Link` header for this page out of `total` things; none if there is only one page.
    pub(super) fn links(&self, total: usize) -> Option<String> {
        let (page, size) = self.paging();
        let last = total.div_ceil(size).max(1);
        let mut links = Vec::new();
        let mut link = |number: usize, relation: &str| {
            let kept = self.query.iter().filter(|(key, _)| key != "page");
            let kept: String = kept.map(|(key, value)| format!("{key}={}&", encode(value))).collect();
            links.push(format!("<{}?{kept}page={number}>; rel=\"{relation}\"", self.address));
        };
        if page > 1 {
            link((page - 1).min(last), "prev");
        }
        if page < last {
            link(page + 1, "next");
            link(last, "last");
        }
        if page > 1 {
            link(1, "first");
        }
        (!links.is_empty()).then(|| links.join(", "))
    }

    /// The body, which must hold all of `required` and nothing beyond these and `optional`.
    pub(super) fn fields(&self, required: &[&str], optional: &[&str]) -> Result<Fields, Refusal> {
        let map = match &self.body {
            Some(Value::Object(map)) => map.clone(),
            None if required.is_empty() => Map::new(),
            _ => return Err(self.wrong(400, "Problems parsing JSON".to_owned())),
        };
        if let Some(missing) = required.iter().find(|key| !map.contains_key(**key)) {
            return Err(self.wrong(422, format!("Invalid request.\n\n\"{missing}\" wasn't supplied.")));
        }
        let known = |key: &str| required.contains(&key) || optional.contains(&key);
        if let Some(odd) = map.keys().find(|key| !known(key)) {
            return Err(self.wrong(422, format!("Invalid request.\n\n\"{odd}\" is not a permitted key.")));
        }
        Ok(Fields(map))
    }

    /// A refusal that only a mistake in the bot can cause, so it is noted on the wire.
    pub(super) fn wrong(&self, status: u16, message: String) -> Refusal {
        let path = self.path.join("/");
        self.wire.misunderstood(format!("GitHub: {} /{path}: {}", self.method, message.replace("\n\n", " ")));
        Refusal::new(status, message)
    }
}

impl Fields {
    pub(super) fn get(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A text, none if absent or null; anything but text is refused.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Refusal> {
        match self.get(key) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            other => Err(wrong_type(key, other, "a string")),
        }
    }

    /// A text that must be there.
    pub(super) fn need(&self, key: &str) -> Result<String, Refusal> {
        self.text(key)?.ok_or_else(|| wrong_type(key, &Value::Null, "a string"))
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, Refusal> {
        match self.get(key) {
            Value::Null => Ok(false),
            Value::Bool(flag) => Ok(*flag),
            other => Err(wrong_type(key, other, "a boolean")),
        }
    }

    /// A list of texts, none if absent.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, Refusal> {
        match self.get(key) {
            Value::Null => Ok(None),
            Value::Array(list) => {
                let text =
                    |item: &Value| item.as_str().map(str::to_owned).ok_or_else(|| wrong_type(key, item, "a string"));
                Ok(Some(list.iter().map(text).collect::<Result<_, _>>()?))
            }
            other => Err(wrong_type(key, other, "an array")),
        }
    }

    /// Copies every given key into `record`.
    pub(super) fn merge_into(&self, record: &mut Value) {
        for (key, value) in &self.0 {
            record[key.as_str()] = value.clone();
        }
    }
}

fn wrong_type(key: &str, value: &Value, wanted: &str) -> Refusal {
    let mut refusal = Refusal::invalid(format!("Invalid request.\n\nFor 'properties/{key}', {value} is not {wanted}."));
    refusal.errors.push(json!({"field": key, "code": "invalid"}));
    refusal
}

fn split_path(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(decode).collect()
}

/// Undoes percent-encoding; what is not well encoded stays as it is.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes everything that is not plainly safe in an address; slashes stay.
pub(super) fn encode(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
