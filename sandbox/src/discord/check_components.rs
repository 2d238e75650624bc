//! Discord's limits for buttons, select menus and modals.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    check_message::is_link,
    problem::{Form, Problem},
};

const BUTTON: u64 = 2;
const TEXT_INPUT: u64 = 4;

/// Checks the component rows of a message.
pub(super) fn check(form: &mut Form, path: &str, rows: &Value) {
    let mut seen = HashSet::new();
    for (at, row) in form.list(path, rows, 0, 5).iter().enumerate() {
        let path = format!("{path}.{at}");
        if row["type"] != 1 {
            form.wrong(&format!("{path}.type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).");
            continue;
        }
        let path = format!("{path}.components");
        let components = form.list(&path, &row["components"], 1, 5);
        let alone = components.len() == 1;
        for (at, component) in components.iter().enumerate() {
            let path = format!("{path}.{at}");
            match component["type"].as_u64() {
                Some(BUTTON) => check_button(form, &path, component),
                Some(3 | 5..=8) if alone => check_select(form, &path, component),
                Some(3 | 5..=8) => {
                    form.wrong(
                        &path,
                        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                        "The specified component exceeds the maximum width",
                    );
                }
                _ => form.wrong(
                    &format!("{path}.type"),
                    "UNION_TYPE_CHOICES",
                    "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
                ),
            }
            if component["custom_id"].as_str().is_some_and(|id| !seen.insert(id)) {
                let message = "Component custom id cannot be duplicated";
                form.wrong(&format!("{path}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
            }
        }
    }
}

fn check_button(form: &mut Form, path: &str, button: &Value) {
    form.text(&format!("{path}.label"), &button["label"], 0, 80);
    if button["label"].as_str().is_none_or(str::is_empty) && button["emoji"].is_null() {
        form.wrong(path, "BUTTON_COMPONENT_INVALID_LABEL", "A label or emoji is required");
    }
    match button["style"].as_u64() {
        Some(1..=4) => {
            form.text(&format!("{path}.custom_id"), &button["custom_id"], 1, 100);
            if !button["url"].is_null() {
                form.wrong(
                    path,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        Some(5) => {
            if !button["url"].as_str().is_some_and(|url| is_link(url) && url.len() <= 512) {
                form.wrong(&format!("{path}.url"), "URL_TYPE_INVALID_URL", "Not a well formed URL.");
            }
            if !button["custom_id"].is_null() {
                form.wrong(
                    path,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        _ => form.wrong(&format!("{path}.style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5}."),
    }
}

fn check_select(form: &mut Form, path: &str, select: &Value) {
    form.text(&format!("{path}.custom_id"), &select["custom_id"], 1, 100);
    form.text(&format!("{path}.placeholder"), &select["placeholder"], 0, 150);
    if select["type"] != 3 {
        return;
    }
    let mut seen = HashSet::new();
    let path = format!("{path}.options");
    for (at, option) in form.list(&path, &select["options"], 1, 25).iter().enumerate() {
        form.text(&format!("{path}.{at}.label"), &option["label"], 1, 100);
        form.text(&format!("{path}.{at}.value"), &option["value"], 1, 100);
        form.text(&format!("{path}.{at}.description"), &option["description"], 0, 100);
        if option["value"].as_str().is_some_and(|value| !seen.insert(value)) {
            let message = "The specified option value is already used";
            form.wrong(&format!("{path}.{at}.value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
    }
}

/// Checks a modal: 1 to 5 rows with one text input each.
pub(super) fn check_modal(modal: &Value) -> Result<(), Problem> {
    let mut form = Form::default();
    form.text("data.title", &modal["title"], 1, 45);
    form.text("data.custom_id", &modal["custom_id"], 1, 100);
    let mut seen = HashSet::new();
    for (at, row) in form.list("data.components", &modal["components"], 1, 5).iter().enumerate() {
        let path = format!("data.components.{at}.components");
        for (at, input) in form.list(&path, &row["components"], 1, 1).iter().enumerate() {
            let path = format!("{path}.{at}");
            if input["type"] != TEXT_INPUT {
                form.wrong(
                    &format!("{path}.type"),
                    "UNION_TYPE_CHOICES",
                    "Value of field \"type\" must be one of (4,).",
                );
            }
            if !matches!(input["style"].as_u64(), Some(1 | 2)) {
                form.wrong(&format!("{path}.style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.");
            }
            form.text(&format!("{path}.custom_id"), &input["custom_id"], 1, 100);
            form.text(&format!("{path}.label"), &input["label"], 1, 45);
            form.text(&format!("{path}.placeholder"), &input["placeholder"], 0, 100);
            form.text(&format!("{path}.value"), &input["value"], 0, 4000);
            if input["custom_id"].as_str().is_some_and(|id| !seen.insert(id)) {
                let message = "Component custom id cannot be duplicated";
                form.wrong(&format!("{path}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
            }
        }
    }
    form.finish()
}
