//! Reads multipart forms, as they were recorded, into the objects they stand for.

use serde_json::{Map, Value};

/// The fields of a form by name; a file is its content as text. Nothing if it is not a form.
pub(super) fn read(recorded: &str) -> Option<Map<String, Value>> {
    let delimiter = recorded.lines().next().filter(|line| line.starts_with("--"))?.trim_end();
    let mut fields = Map::new();
    for part in recorded.split(delimiter).skip(1) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split(';').find_map(|piece| piece.trim().strip_prefix("name="))?;
        let name = name.lines().next().unwrap_or_default().trim_matches('"');
        fields.insert(name.to_owned(), Value::String(content.strip_suffix("\r\n").unwrap_or(content).to_owned()));
    }
    Some(fields)
}

/// A form's fields with those read as JSON that the schema does not want as text.
pub(super) fn typed(fields: Map<String, Value>, wants_text: impl Fn(&str) -> bool) -> Value {
    // Discord's clients put everything but the files into one field.
    if let Some(Value::String(payload)) = fields.get("payload_json") {
        return serde_json::from_str(payload).unwrap_or_else(|_| Value::String(payload.clone()));
    }
    let read = |(name, value): (String, Value)| {
        let text = value.as_str().unwrap_or_default();
        let json = if wants_text(&name) { None } else { serde_json::from_str(text).ok() };
        (name, json.unwrap_or(value))
    };
    Value::Object(fields.into_iter().map(read).collect())
}
