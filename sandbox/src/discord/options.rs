//! What Discord's client makes of a typed command: it fits the registered definition, or it cannot be sent.

use serde_json::{Value, json};

use super::{
    state::State,
    things::{Channel, Home},
};
use crate::chat::Refused;

/// The option that suggestions are asked for: its name and what is typed so far.
type Focus<'a> = Option<(&'a str, &'a str)>;

impl State {
    /// The data of a command interaction, and the type of the focused option.
    pub(super) fn command_data(
        &self,
        place: &Channel,
        path: &str,
        given: &[(&str, &str)],
        focus: Focus,
    ) -> Result<(Value, Option<u64>), Refused> {
        let mut words = path.trim_start_matches('/').split_whitespace();
        let name = words.next().unwrap_or_default();
        let command = self.commands_in(place).find(|command| command["name"] == name);
        let Some(command) = command else { return Refused::because(format!("there is no command /{name}")) };
        let (mut node, mut parents) = (command, Vec::new());
        for word in words {
            let Some(sub) = sub_command(node, word) else {
                return Refused::because(format!("/{path}: there is no subcommand {word}"));
            };
            parents.push(sub);
            node = sub;
        }
        if options_of(node).iter().any(|option| matches!(option["type"].as_u64(), Some(1 | 2))) {
            return Refused::because(format!("/{path}: a subcommand is missing"));
        }
        let mut resolved = json!({});
        let mut options = Vec::new();
        for (name, text) in given {
            options.push(self.option(path, node, name, text, &mut resolved)?);
        }
        let focused = focus.map(|focus| suggestible(path, node, focus)).transpose()?;
        let kind = focused.as_ref().and_then(|option| option["type"].as_u64());
        match focused {
            Some(focused) => options.push(focused),
            None => all_required(path, node, given)?,
        }
        for parent in parents.iter().rev() {
            options = vec![json!({"name": parent["name"], "type": parent["type"], "options": options})];
        }
        let mut data = json!({"id": command["id"], "name": command["name"], "type": 1, "options": options});
        if resolved.as_object().is_some_and(|resolved| !resolved.is_empty()) {
            data["resolved"] = resolved;
        }
        if let Some(guild) = command.get("guild_id") {
            data["guild_id"] = guild.clone();
        }
        Ok((data, kind))
    }

    /// The commands that Discord offers there: its guild's own, and those of everywhere that are for such a place. Without
    /// `contexts` they are for every kind (Discord's page "Application Commands", on the command object).
    fn commands_in(&self, place: &Channel) -> impl Iterator<Item = &Value> {
        let (own, context) = match place.home {
            Home::Guild(guild) => (self.guild_commands.get(&guild), 0),
            Home::Private(_) => (None, 1),
        };
        let offered = move |command: &&Value| {
            command["contexts"].as_array().is_none_or(|contexts| contexts.iter().any(|known| *known == context))
        };
        own.into_iter().flatten().chain(self.global_commands.iter().filter(offered))
    }

    fn option(&self, path: &str, node: &Value, name: &str, text: &str, resolved: &mut Value) -> Result<Value, Refused> {
        let Some(option) = options_of(node).iter().find(|option| option["name"] == name) else {
            return Refused::because(format!("/{path}: there is no option {name}"));
        };
        let kind = option["type"].as_u64().unwrap_or_default();
        let value = match option["choices"].as_array().filter(|choices| !choices.is_empty()) {
            Some(choices) => {
                choices.iter().find(|c| c["name"] == text || is_value(&c["value"], text)).map(|c| c["value"].clone())
            }
            None => self.value(kind, text, resolved),
        };
        let value = value.filter(|value| within(option, value));
        let Some(value) = value else {
            return Refused::because(format!("/{path}: the option {name} cannot be “{text}”"));
        };
        Ok(json!({"name": name, "type": kind, "value": value}))
    }

    fn value(&self, kind: u64, text: &str, resolved: &mut Value) -> Option<Value> {
        match kind {
            3 => Some(json!(text)),
            4 => text.parse::<i64>().ok().map(Value::from),
            5 => text.to_lowercase().parse::<bool>().ok().map(Value::from),
            6 => {
                let id = self.person(text.trim_start_matches('@')).ok()?.discord;
                resolved["users"][id.to_string()] = self.user_json(id);
                let mut member = self.member_json(super::state::GUILD, id);
                member.as_object_mut()?.remove("user");
                member["permissions"] = json!("0");
                resolved["members"][id.to_string()] = member;
                Some(json!(id.to_string()))
            }
            7 => self.place(text).ok().map(|channel| json!(channel.id.to_string())),
            8 => crate::cast::role_id(text.trim_start_matches('@')).map(|id| json!(id.to_string())),
            10 => text.parse::<f64>().ok().map(Value::from),
            _ => None,
        }
    }
}

fn options_of(node: &Value) -> &[Value] {
    node["options"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn sub_command<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    let fits = |option: &&Value| matches!(option["type"].as_u64(), Some(1 | 2)) && option["name"] == name;
    options_of(node).iter().find(fits)
}

fn suggestible(path: &str, node: &Value, (name, typed): (&str, &str)) -> Result<Value, Refused> {
    match options_of(node).iter().find(|option| option["name"] == name) {
        Some(option) if option["autocomplete"] == true => {
            Ok(json!({"name": name, "type": option["type"], "value": typed, "focused": true}))
        }
        Some(_) => Refused::because(format!("/{path}: the option {name} offers no suggestions")),
        None => Refused::because(format!("/{path}: there is no option {name}")),
    }
}

fn all_required(path: &str, node: &Value, given: &[(&str, &str)]) -> Result<(), Refused> {
    for option in options_of(node).iter().filter(|option| option["required"] == true) {
        if !given.iter().any(|(name, _)| option["name"] == *name) {
            return Refused::because(format!("/{path}: the option {} is required", option["name"]));
        }
    }
    Ok(())
}

fn is_value(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        Value::Number(number) => text.parse::<f64>().ok() == number.as_f64(),
        _ => false,
    }
}

/// Whether a value keeps the option's own limits.
fn within(option: &Value, value: &Value) -> bool {
    let number = value.as_f64();
    let length = value.as_str().map(|text| text.chars().count() as f64);
    let least =
        |key: &str, value: Option<f64>| option[key].as_f64().is_none_or(|least| value.is_none_or(|v| v >= least));
    let most = |key: &str, value: Option<f64>| option[key].as_f64().is_none_or(|most| value.is_none_or(|v| v <= most));
    let longest = length.is_none_or(|length| length <= 6000.0);
    least("min_value", number)
        && most("max_value", number)
        && least("min_length", length)
        && most("max_length", length)
        && longest
}
