//! Typing a command on Discord: the menu of commands, a field for each option, and the bot's suggestions.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::{Markup, html};
use serde_json::Value;

use super::Handle;
use crate::cast;

/// A command that can be typed: its words, what it does, and its options.
struct Typed {
    path: String,
    help: String,
    options: Vec<Value>,
}

fn all(commands: &[Value]) -> Vec<Typed> {
    let mut typed = Vec::new();
    commands.iter().for_each(|command| walk("", command, &mut typed));
    typed
}

fn walk(before: &str, node: &Value, typed: &mut Vec<Typed>) {
    let path = format!("{before} {}", words(&node["name"])).trim().to_owned();
    let options = node["options"].as_array().cloned().unwrap_or_default();
    let (deeper, options): (Vec<Value>, Vec<Value>) =
        options.into_iter().partition(|option| matches!(option["type"].as_u64(), Some(1 | 2)));
    if deeper.is_empty() {
        typed.push(Typed { path, help: words(&node["description"]).to_owned(), options });
    } else {
        deeper.iter().for_each(|node| walk(&path, node, typed));
    }
}

#[derive(serde::Deserialize)]
pub(super) struct Prefix {
    #[serde(default)]
    typed: String,
}

/// `GET /discord/menu`: the commands that go on from what is typed.
pub(super) async fn menu(State(page): State<Handle>, Query(prefix): Query<Prefix>) -> Html<String> {
    let wanted = prefix.typed.trim_start_matches('/').to_lowercase();
    let commands = all(&page.world.discord().commands());
    let starts = |typed: &&Typed| typed.path.starts_with(wanted.trim_start());
    let mut found: Vec<&Typed> = commands.iter().filter(starts).collect();
    if found.is_empty() {
        found = commands.iter().filter(|typed| typed.path.contains(wanted.trim())).collect();
    }
    let markup = html! {
        @if found.is_empty() { p { "The bot has registered no such command." } }
        @for typed in found {
            button type="button" data-command=(typed.path) {
                b { "/" (typed.path) } span { (typed.help) }
            }
        }
    };
    Html(markup.into_string())
}

#[derive(serde::Deserialize)]
pub(super) struct Chosen {
    path: String,
}

/// `GET /discord/options`: a field for each option of a command.
pub(super) async fn options(State(page): State<Handle>, Query(chosen): Query<Chosen>) -> Html<String> {
    let commands = all(&page.world.discord().commands());
    let Some(typed) = commands.into_iter().find(|typed| typed.path == chosen.path) else { return Html(String::new()) };
    let markup = html! {
        form data-post="/discord/command" data-clears autocomplete="off" aria-label={ "/" (typed.path) } {
            div.head {
                b { "/" (typed.path) } span { (typed.help) }
                button.link type="button" data-abandon title="Close" aria-label="Close" { "✕" }
            }
            input type="hidden" name="path" value=(typed.path);
            div.fields { @for option in &typed.options { (field(option, page.world.people())) } }
            div.ends { button.button.primary type="submit" { "Send" } }
        }
    };
    Html(markup.into_string())
}

fn field(option: &Value, people: &[cast::Person]) -> Markup {
    let (name, help) = (words(&option["name"]), words(&option["description"]));
    let id = format!("o.{name}");
    let required = option["required"] == true;
    let choices = choices(option, people);
    html! {
        label title=(help) {
            span { (name) @if required { b.needed { " *" } } }
            @if choices.is_empty() {
                span.field {
                    input name=(id) id={ "option-" (name) } required[required] placeholder=(help)
                        type=(if matches!(option["type"].as_u64(), Some(4 | 10)) { "number" } else { "text" })
                        data-suggest=[(option["autocomplete"] == true).then_some(name)];
                    @if option["autocomplete"] == true { span.suggestions hidden {} }
                }
            } @else {
                select name=(id) id={ "option-" (name) } required[required] {
                    option value="" { "—" }
                    @for (label, value) in choices { option value=(value) { (label) } }
                }
            }
        }
    }
}

fn choices(option: &Value, people: &[cast::Person]) -> Vec<(String, String)> {
    let pair = |word: &str| (word.to_owned(), word.to_owned());
    let given = option["choices"].as_array().map(Vec::as_slice).unwrap_or_default();
    match option["type"].as_u64() {
        Some(5) => vec![("yes".to_owned(), "true".to_owned()), ("no".to_owned(), "false".to_owned())],
        Some(6) => people.iter().map(|person| pair(person.name)).collect(),
        Some(8) => cast::ROLES.iter().map(|role| pair(role.0)).collect(),
        _ => given.iter().map(|choice| (words(&choice["name"]).to_owned(), value(&choice["value"]))).collect(),
    }
}

/// `GET /discord/suggestions`: what the bot suggests for the option that somebody is typing.
pub(super) async fn suggestions(
    State(page): State<Handle>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Html<String> {
    let text =
        |key: &str| pairs.iter().find(|(name, _)| name == key).map(|(_, text)| text.as_str()).unwrap_or_default();
    let focused = text("option");
    let others = given(&pairs);
    let others: Vec<(&str, &str)> =
        others.iter().filter(|(name, _)| *name != focused).map(|(name, text)| (*name, *text)).collect();
    let discord = page.world.discord();
    let asked =
        discord.autocomplete(text("me"), text("discord"), text("path"), &others, (focused, text("typed"))).await;
    let markup = match asked {
        Ok(found) => html! {
            @for (name, chosen) in found { button type="button" data-value=(value(&chosen)) { (name) } }
        },
        Err(refused) => html! { small { (refused) } },
    };
    Html(markup.into_string())
}

/// The options that have been filled in: the names without their `o.`.
pub(super) fn given(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    let filled = pairs.iter().filter_map(|(name, text)| Some((name.strip_prefix("o.")?, text.as_str())));
    filled.filter(|(_, text)| !text.is_empty()).collect()
}

fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
