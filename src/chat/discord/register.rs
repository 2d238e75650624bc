//! Describes the commands to Discord, which completes and checks them as people type.

use commands::{ArgKind, ArgSpec, CommandSpec, MenuEntry};
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{CommandOptionType, InteractionContext};

/// All commands that people can type, in the order of the vocabulary.
pub(super) fn registration() -> Vec<CreateCommand> {
    commands::tree().into_iter().map(described).collect()
}

/// The same for all servers at once, and for private talks with the bot. Not for talks of people with one another, where
/// it is never at home.
pub(super) fn global_registration() -> Vec<CreateCommand> {
    let contexts = vec![InteractionContext::Guild, InteractionContext::BotDm];
    registration().into_iter().map(|command| command.contexts(contexts.clone())).collect()
}

fn described(entry: MenuEntry) -> CreateCommand {
    match entry {
        MenuEntry::Command(spec) => CreateCommand::new(spec.path).description(spec.help).set_options(options(spec)),
        MenuEntry::Group(group, specs) => {
            let leaves = specs.into_iter().filter(|spec| !spec.hidden).map(|spec| {
                CreateCommandOption::new(CommandOptionType::SubCommand, spec.leaf(), spec.help)
                    .set_sub_options(options(spec))
            });
            CreateCommand::new(group.name).description(group.help).set_options(leaves.collect())
        }
    }
}

/// Discord wants the required ones first.
fn options(spec: &CommandSpec) -> Vec<CreateCommandOption> {
    let (required, others): (Vec<&ArgSpec>, Vec<&ArgSpec>) = spec.args.iter().partition(|arg| arg.required);
    required.into_iter().chain(others).map(option).collect()
}

fn option(arg: &ArgSpec) -> CreateCommandOption {
    let of = |kind| CreateCommandOption::new(kind, arg.name, arg.help).required(arg.required);
    match arg.kind {
        ArgKind::Flag => of(CommandOptionType::Boolean),
        ArgKind::Number => of(CommandOptionType::Integer).min_int_value(0),
        ArgKind::Choice(words) => {
            words.iter().fold(of(CommandOptionType::String), |option, word| option.add_string_choice(*word, *word))
        }
        ArgKind::Text
        | ArgKind::Reason
        | ArgKind::Project
        | ArgKind::Release
        | ArgKind::Branch
        | ArgKind::Gate
        | ArgKind::Freeze
        | ArgKind::Date
        | ArgKind::Environment
        | ArgKind::FeatureFlag
        | ArgKind::Story => of(CommandOptionType::String).set_autocomplete(arg.kind.is_suggested()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn as_discord_reads_it() -> Vec<Value> {
        match serde_json::to_value(registration()) {
            Ok(Value::Array(commands)) => commands,
            other => panic!("a registration is a list: {other:?}"),
        }
    }

    fn list(value: &Value) -> &[Value] {
        value.as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// The rules of Discord's reference for application commands.
    fn check(entry: &Value, depth: usize) {
        let name = entry["name"].as_str().unwrap_or_default();
        let allowed = |letter: char| letter.is_lowercase() || letter.is_ascii_digit() || "-_".contains(letter);
        assert!((1..=32).contains(&name.len()) && name.chars().all(allowed), "name {name}");
        let help = entry["description"].as_str().unwrap_or_default();
        assert!((1..=100).contains(&help.chars().count()), "{name}: {help}");
        let options = list(&entry["options"]);
        assert!(options.len() <= 25 && depth <= 2, "{name}");
        assert!(list(&entry["choices"]).len() <= 25, "{name}");
        let required: Vec<bool> = options.iter().map(|option| option["required"] == true).collect();
        assert!(required.is_sorted_by(|one, next| one >= next), "{name} asks for what is required first");
        for option in options {
            check(option, depth + 1);
        }
    }

    /// What Discord counts: names, descriptions and values, with everything below.
    fn letters(entry: &Value) -> usize {
        let own =
            ["name", "description", "value"].map(|key| entry[key].as_str().map_or(0, |text| text.chars().count()));
        let below = ["options", "choices"].iter().flat_map(|key| list(&entry[*key]));
        own.iter().sum::<usize>() + below.map(letters).sum::<usize>()
    }

    #[test]
    fn it_keeps_discords_limits() {
        let commands = as_discord_reads_it();
        assert!(!commands.is_empty() && commands.len() <= 100);
        for command in &commands {
            check(command, 0);
            let kinds: Vec<bool> = list(&command["options"]).iter().map(|option| option["type"] == 1).collect();
            assert!(kinds.iter().all(|kind| *kind) || !kinds.contains(&true), "sub-commands stand alone");
            assert!(letters(command) <= 8000, "{}", letters(command));
        }
    }

    #[test]
    fn arguments_have_their_types() {
        let commands = as_discord_reads_it();
        let named = |list: &[Value], name: &str| list.iter().find(|entry| entry["name"] == name).cloned();
        let release = named(&commands, "release").unwrap_or_default();
        let prepare = named(list(&release["options"]), "prepare").unwrap_or_default();
        let arg = |name: &str| named(list(&prepare["options"]), name).unwrap_or_default();
        assert_eq!((&arg("project")["type"], &arg("project")["autocomplete"]), (&3.into(), &true.into()));
        assert_eq!(arg("dry-run")["type"], 5);
        assert_eq!(arg("bump")["choices"][0]["value"], arg("bump")["choices"][0]["name"]);
        let skip = named(list(&release["options"]), "skip").unwrap_or_default();
        assert_eq!(skip["options"][0]["name"], "reason");
        assert_eq!(skip["options"][0]["required"], true);
        assert!(skip["options"][0].get("autocomplete").is_none_or(|suggested| suggested == false));
    }

    #[test]
    fn what_only_buttons_say_is_left_out() {
        assert!(as_discord_reads_it().iter().all(|command| command["name"] != "tick"));
    }
}
