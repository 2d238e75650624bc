//! Turns OpenAPI 3.0's dialect into JSON Schema.

use serde_json::{Value, json};

/// A schema with `nullable` spelled as JSON Schema spells it, all the way down. OpenAPI 3.1 passes through as it is.
pub(super) fn translate(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => Value::Array(items.iter().map(translate).collect()),
        Value::Object(keys) => {
            let mut translated: serde_json::Map<String, Value> =
                keys.iter().map(|(key, value)| (key.clone(), translate(value))).collect();
            // A property may be called so, too; only a flag is the dialect's.
            if !matches!(keys.get("nullable"), Some(Value::Bool(_))) {
                return Value::Object(translated);
            }
            if translated.remove("nullable") == Some(json!(true)) {
                return json!({ "anyOf": [translated, { "type": "null" }] });
            }
            Value::Object(translated)
        }
        plain => plain.clone(),
    }
}
