//! Discord's limits for a message: text, embeds, files.

use serde_json::{Map, Value};

use super::{
    check_components,
    problem::{Form, Problem},
};

/// The keys that any message may have.
const KEYS: [&str; 12] = [
    "content",
    "embeds",
    "allowed_mentions",
    "sticker_ids",
    "components",
    "flags",
    "attachments",
    "poll",
    "message_reference",
    "nonce",
    "enforce_nonce",
    "tts",
];

/// The keys of a message that Discord does not know.
pub(super) fn unknown_keys(body: &Map<String, Value>) -> Vec<&str> {
    body.keys().map(String::as_str).filter(|key| !KEYS.contains(key)).collect()
}

/// Checks the body of a message against every limit. `base` is the path to it within the request's form.
pub(super) fn check(body: &Map<String, Value>, base: &str) -> Result<(), Problem> {
    let mut form = Form::default();
    let get = |key: &str| body.get(key).unwrap_or(&Value::Null);
    let at = |key: &str| if base.is_empty() { key.to_owned() } else { format!("{base}.{key}") };
    form.text(&at("content"), get("content"), 0, 2000);
    let embeds = form.list(&at("embeds"), get("embeds"), 0, 10);
    for (position, embed) in embeds.iter().enumerate() {
        check_embed(&mut form, &format!("{}.{position}", at("embeds")), embed);
    }
    if embeds.iter().map(embed_length).sum::<usize>() > 6000 {
        let message = "Embed size exceeds maximum size of 6000";
        form.wrong(&at("embeds"), "MAX_EMBED_SIZE_EXCEEDED", message);
    }
    check_components::check(&mut form, &at("components"), get("components"));
    check_mentions(&mut form, &at("allowed_mentions"), get("allowed_mentions"));
    if get("nonce").is_string() {
        form.text(&at("nonce"), get("nonce"), 0, 25);
    }
    form.list(&at("attachments"), get("attachments"), 0, 10);
    form.finish()
}

fn check_embed(form: &mut Form, path: &str, embed: &Value) {
    const PARTS: [&str; 12] = [
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "author",
        "fields",
        "provider",
    ];
    let Some(parts) = embed.as_object() else {
        return form.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType");
    };
    for key in parts.keys().filter(|key| !PARTS.contains(&key.as_str())) {
        form.wrong(&format!("{path}.{key}"), "UNKNOWN_KEY", "This key is not part of an embed");
    }
    let shown = ["title", "description", "image", "thumbnail", "author", "footer", "fields"];
    if shown.iter().all(|key| is_empty(&embed[*key])) {
        form.wrong(&format!("{path}.description"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    form.text(&format!("{path}.title"), &embed["title"], 0, 256);
    form.text(&format!("{path}.description"), &embed["description"], 0, 4096);
    form.text(&format!("{path}.footer.text"), &embed["footer"]["text"], 0, 2048);
    form.text(&format!("{path}.author.name"), &embed["author"]["name"], 0, 256);
    for url in ["/url", "/author/url", "/footer/icon_url", "/image/url", "/thumbnail/url"] {
        if let Some(link) = embed.pointer(url).and_then(Value::as_str).filter(|link| !is_link(link)) {
            let message = format!("Scheme of '{link}' must be one of ('http', 'https').");
            form.wrong(&format!("{path}{}", url.replace('/', ".")), "URL_TYPE_INVALID_SCHEME", &message);
        }
    }
    if embed["color"].as_u64().is_some_and(|color| color > 0xff_ffff) {
        form.wrong(&format!("{path}.color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.");
    }
    let time = embed["timestamp"].as_str();
    if time.is_some_and(|time| chrono::DateTime::parse_from_rfc3339(time).is_err()) {
        form.wrong(&format!("{path}.timestamp"), "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.");
    }
    let fields_path = format!("{path}.fields");
    for (position, field) in form.list(&fields_path, &embed["fields"], 0, 25).iter().enumerate() {
        form.text(&format!("{fields_path}.{position}.name"), &field["name"], 1, 256);
        form.text(&format!("{fields_path}.{position}.value"), &field["value"], 1, 1024);
    }
}

fn check_mentions(form: &mut Form, path: &str, allowed: &Value) {
    let kinds = form.list(&format!("{path}.parse"), &allowed["parse"], 0, 3);
    for kind in ["users", "roles"] {
        let list = form.list(&format!("{path}.{kind}"), &allowed[kind], 0, 100);
        if !list.is_empty() && kinds.iter().any(|parsed| parsed == kind) {
            let message = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            form.wrong(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &message);
        }
    }
}

/// Everything that counts towards the 6000 characters.
fn embed_length(embed: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let fields = embed["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    length(&embed["title"])
        + length(&embed["description"])
        + length(&embed["footer"]["text"])
        + length(&embed["author"]["name"])
        + fields.iter().map(|field| length(&field["name"]) + length(&field["value"])).sum::<usize>()
}

pub(super) fn is_link(url: &str) -> bool {
    ["http://", "https://", "attachment://", "discord://"].iter().any(|scheme| url.starts_with(scheme))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}
