//! The menu of commands that the bot sets.

use serde_json::{Value, json};

use super::{
    params::Params,
    problem::{Answer, Problem},
    state::State,
};

fn key(params: &Params) -> Result<String, Problem> {
    let scope = params.structure("scope")?;
    let scope = if scope.is_null() { json!({"type": "default"}) } else { scope };
    Ok(format!("{scope} {}", params.text("language_code")))
}

/// `setMyCommands`
pub(super) fn set(state: &mut State, params: &Params) -> Answer {
    let commands = params.structure("commands")?;
    let list = commands.as_array().ok_or_else(|| Problem::bad("can't parse commands: expected an Array"))?;
    if list.len() > 100 {
        return Err(Problem::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in list {
        let name = command["command"].as_str().unwrap_or_default();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(fits) {
            return Err(Problem::bad("BOT_COMMAND_INVALID"));
        }
        let description = command["description"].as_str().unwrap_or_default();
        if !(1..=256).contains(&description.chars().count()) {
            return Err(Problem::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    let key = key(params)?;
    state.commands.retain(|known| known.0 != key);
    state.commands.push((key, commands));
    Ok(json!(true))
}

/// `deleteMyCommands`
pub(super) fn delete(state: &mut State, params: &Params) -> Answer {
    let key = key(params)?;
    state.commands.retain(|known| known.0 != key);
    Ok(json!(true))
}

/// `getMyCommands`
pub(super) fn get(state: &State, params: &Params) -> Answer {
    let key = key(params)?;
    Ok(state.commands.iter().find(|known| known.0 == key).map_or_else(|| json!([]), |known| known.1.clone()))
}

/// `setMyDescription` and `setMyShortDescription`, which nobody sees here.
pub(super) fn describe(text: &str, most: usize) -> Answer {
    if text.chars().count() > most {
        return Err(Problem::bad("description is too long"));
    }
    Ok(Value::Bool(true))
}
