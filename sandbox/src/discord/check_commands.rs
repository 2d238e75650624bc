//! Discord's rules for slash commands.

use std::collections::HashSet;

use serde_json::Value;

use super::problem::{Form, Problem};

const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;

/// Checks a whole list of commands.
pub(super) fn check(commands: &[Value]) -> Result<(), Problem> {
    let mut form = Form::default();
    if commands.len() > 100 {
        form.wrong("", "MAX_APPLICATION_COMMANDS", "Maximum number of application commands reached (100).");
    }
    let mut seen = HashSet::new();
    for (at, command) in commands.iter().enumerate() {
        let path = at.to_string();
        if !matches!(command["type"].as_u64(), None | Some(1)) {
            form.wrong(&format!("{path}.type"), "BASE_TYPE_CHOICES", "The sandbox knows slash commands (1) only.");
        }
        named(&mut form, &path, command);
        if command["name"].as_str().is_some_and(|name| !seen.insert(name)) {
            form.wrong(&path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
        }
        if size(command) > 8000 {
            form.wrong(&path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
        }
        options(&mut form, &path, &command["options"], 0);
    }
    form.finish()
}

/// Name and description of a command or option.
fn named(form: &mut Form, path: &str, thing: &Value) {
    let name_path = format!("{path}.name");
    form.text(&name_path, &thing["name"], 1, 32);
    let fits = |c: char| (c.is_alphanumeric() && c.to_lowercase().eq([c])) || c == '-' || c == '_' || c == '\'';
    if thing["name"].as_str().is_some_and(|name| !name.chars().all(fits)) {
        let message = "Command name is invalid";
        form.wrong(&name_path, "APPLICATION_COMMAND_INVALID_NAME", message);
    }
    form.text(&format!("{path}.description"), &thing["description"], 1, 100);
}

fn options(form: &mut Form, path: &str, options: &Value, depth: u8) {
    let path = format!("{path}.options");
    let options = form.list(&path, options, 0, 25);
    let is_sub = |option: &Value| matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP));
    if options.iter().any(is_sub) && !options.iter().all(is_sub) {
        let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.wrong(&path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    let (mut seen, mut optional) = (HashSet::new(), false);
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.{at}");
        named(form, &path, option);
        if option["name"].as_str().is_some_and(|name| !seen.insert(name)) {
            form.wrong(&path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique");
        }
        match option["type"].as_u64() {
            Some(GROUP) if depth == 0 => self::options(form, &path, &option["options"], 1),
            Some(SUBCOMMAND) if depth <= 1 => self::options(form, &path, &option["options"], 2),
            Some(3..=11) => {
                if option["required"] == true && optional {
                    let message = "Required options must be placed before non-required options";
                    form.wrong(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
                }
                optional |= option["required"] != true;
                choices(form, &path, option);
            }
            _ => form.wrong(&format!("{path}.type"), "BASE_TYPE_CHOICES", "This option type is not allowed here."),
        }
    }
}

fn choices(form: &mut Form, path: &str, option: &Value) {
    let path = format!("{path}.choices");
    let choices = form.list(&path, &option["choices"], 0, 25);
    if !choices.is_empty() && option["autocomplete"] == true {
        let message = "Autocomplete and choices are mutually exclusive";
        form.wrong(&path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message);
    }
    let mut seen = HashSet::new();
    for (at, choice) in choices.iter().enumerate() {
        choice_fits(form, &format!("{path}.{at}"), choice, option["type"].as_u64());
        if choice["name"].as_str().is_some_and(|name| !seen.insert(name)) {
            form.wrong(&path, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE", "Choice names must be unique");
        }
    }
}

/// Checks one choice of an option, or one suggestion of an autocomplete answer.
pub(super) fn choice_fits(form: &mut Form, path: &str, choice: &Value, kind: Option<u64>) {
    form.text(&format!("{path}.name"), &choice["name"], 1, 100);
    let value = format!("{path}.value");
    match kind {
        Some(4) if choice["value"].as_i64().is_none() => {
            form.wrong(&value, "NUMBER_TYPE_COERCE", "Value is not int.");
        }
        Some(10) if choice["value"].as_f64().is_none() => {
            form.wrong(&value, "NUMBER_TYPE_COERCE", "Value is not float.");
        }
        Some(4 | 10) => {}
        _ => form.text(&value, &choice["value"], 1, 100),
    }
}

/// The characters that count towards a command's limit of 8000.
fn size(thing: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let each = |list: &Value, size: &dyn Fn(&Value) -> usize| -> usize {
        list.as_array().map_or(0, |list| list.iter().map(size).sum())
    };
    length(&thing["name"])
        + length(&thing["description"])
        + each(&thing["options"], &size)
        + each(&thing["choices"], &|choice| length(&choice["name"]) + length(&choice["value"]))
}
