//! The configuration: the sample loads, and what is wrong in one is told all at once, in its place, without secrets.

mod backup;
mod calendar;
mod here;
mod hooks;
mod long;
mod mistakes;
mod people;
mod projects;
mod sample;
mod secrets;
mod times;

use shipmate::config::{Config, Problems};

/// The least that is right: Telegram only.
const SMALL: &str = r#"
[telegram]
token = "1:telegram-secret"
[github]
token = "github-secret"
[projects.api]
repository = "acme/api"
playbook = "quick-release"
releases = ["telegram:-100"]
"#;

fn nothing_set(_: &str) -> Option<String> {
    None
}

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse(text, "bot.toml", &nothing_set)
}

fn problems(text: &str) -> String {
    parse(text).expect_err("something is wrong").to_string()
}

/// `SMALL` with one part written otherwise.
fn small_with(part: &str, other: &str) -> String {
    assert!(SMALL.contains(part), "{part}");
    SMALL.replace(part, other)
}
