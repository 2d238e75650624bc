//! Checks what hangs under a Telegram message: buttons, or a request to reply.

use serde_json::Value;

use super::problem::Problem;
use crate::chat::Button;

/// What a message's `reply_markup` asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Markup {
    /// The rows of buttons, as they came; null if there are none.
    pub keyboard: Value,
    pub force_reply: bool,
    /// Whether it is for those only who are mentioned, or whose message it answers.
    pub selective: bool,
}

/// Reads and checks a `reply_markup`.
pub(super) fn read(markup: &Value, misunderstood: impl Fn(String)) -> Result<Markup, Problem> {
    if markup.is_null() {
        return Ok(Markup::default());
    }
    let Some(rows) = markup["inline_keyboard"].as_array() else {
        if markup["force_reply"] != true && markup["remove_keyboard"] != true {
            misunderstood(format!("Telegram: the reply markup {markup}"));
        }
        let placeholder = markup["input_field_placeholder"].as_str();
        if placeholder.is_some_and(|words| !(1..=64).contains(&words.chars().count())) {
            misunderstood(format!("Telegram: a placeholder of 1 to 64 characters is documented, not {markup}"));
        }
        let [force_reply, selective] = ["force_reply", "selective"].map(|name| markup[name] == true);
        return Ok(Markup { keyboard: Value::Null, force_reply, selective });
    };
    let rows: Vec<&Value> = rows.iter().filter(|row| row.as_array().is_some_and(|row| !row.is_empty())).collect();
    let buttons = || rows.iter().filter_map(|row| row.as_array()).flatten();
    if buttons().count() > 100 || rows.iter().any(|row| row.as_array().is_some_and(|row| row.len() > 8)) {
        return Err(Problem::bad("REPLY_MARKUP_TOO_LONG"));
    }
    for button in buttons() {
        check(button, &misunderstood)?;
    }
    let keyboard = if rows.is_empty() { Value::Null } else { rows.into_iter().cloned().collect() };
    Ok(Markup { keyboard, ..Markup::default() })
}

fn check(button: &Value, misunderstood: &impl Fn(String)) -> Result<(), Problem> {
    let unparsable = |why: &str| Problem::bad(format!("can't parse inline keyboard button: {why}"));
    if button["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
        return Err(unparsable("Field \"text\" must be of type String and not empty"));
    }
    let known = ["text", "callback_data", "url", "style", "icon_custom_emoji_id"];
    for key in button.as_object().into_iter().flat_map(|button| button.keys()) {
        if !known.contains(&key.as_str()) {
            misunderstood(format!("Telegram: a button has the key {key}"));
        }
    }
    match (button["callback_data"].as_str(), button["url"].as_str()) {
        (Some(data), None) if (1..=64).contains(&data.len()) => Ok(()),
        (Some(_), None) => Err(Problem::bad("BUTTON_DATA_INVALID")),
        (None, Some(url)) if ["http://", "https://", "tg://"].iter().any(|scheme| url.starts_with(scheme)) => Ok(()),
        (None, Some(url)) => {
            Err(Problem::bad(format!("inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")))
        }
        _ => Err(unparsable("Text buttons are unallowed in the inline keyboard")),
    }
}

/// The buttons of a keyboard, row by row.
pub(super) fn rows(keyboard: &Value) -> Vec<Vec<Button>> {
    let button = |button: &Value| Button {
        label: button["text"].as_str().unwrap_or_default().to_owned(),
        id: button["callback_data"].as_str().map(str::to_owned),
        url: button["url"].as_str().map(str::to_owned),
        enabled: true,
    };
    let row = |row: &Value| row.as_array().into_iter().flatten().map(button).collect();
    keyboard.as_array().into_iter().flatten().map(row).collect()
}
