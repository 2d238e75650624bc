//! The configuration: the sample loads, and what is wrong in one is told all at once, in its place, without secrets.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeSet, path::Path};

use chrono::TimeDelta;
use shipmate::{
    config::{Config, GitHubIdentity, Problems, Secret, TelegramMode},
    domain::people::{Account, Permission, Speaker},
};

const SAMPLE: &str = include_str!("../bot.toml");

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

fn variables(name: &str) -> Option<String> {
    Some(format!("{name}-value"))
}

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

#[test]
fn the_sample_loads_and_yields_what_it_says() {
    let config = Config::parse(SAMPLE, "/etc/shipmate/bot.toml", &variables).unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.time_zone, chrono_tz::America::Toronto);
    assert_eq!(config.store.path, Path::new("/etc/shipmate/data"));
    assert_eq!(config.playbooks.as_deref(), Some(Path::new("/etc/shipmate/playbooks")));
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.web.public_url.as_deref(), Some("https://shipmate.example.com"));
    assert_eq!(config.clock, None);
    let discord = config.discord.unwrap();
    assert_eq!((discord.token.reveal(), discord.guild), ("DISCORD_TOKEN-value", Some(300_000_000_000_000_001)));
    let telegram = config.telegram.unwrap();
    assert_eq!((telegram.token.reveal(), telegram.mode), ("TELEGRAM_TOKEN-value", TelegramMode::Polling));
    assert_eq!(config.github.identity, GitHubIdentity::Token(Secret::new("GITHUB_TOKEN-value")));
    assert_eq!(config.github.poll, TimeDelta::seconds(60));
    assert!(config.people.permissions[&Permission::Hotfix].contains("on-call"));
    let names: Vec<&str> = config.people.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Ann", "Ben", "Cleo"]);
    let project = &config.projects[0];
    assert_eq!((project.name.as_str(), project.repository.as_str(), project.checks), ("api", "acme/api", true));
    let places: Vec<String> = project.releases.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["discord:300000000000000031", "telegram:-1001000000001/5"]);
    let environments: Vec<(&str, &str)> =
        project.environments.iter().map(|(name, environment)| (name.as_str(), environment.workflow.as_str())).collect();
    assert_eq!(environments, [("production", "deploy-production.yml"), ("staging", "deploy-staging.yml")]);
}

#[test]
fn every_key_that_the_sample_leaves_out_may_be_written() {
    let written: Vec<String> = SAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.starts_with(['a', 'w', 'f']) && key.contains(" = ") || key == "[clock]" => key.to_owned(),
            Some(_) | None => line.replace("mode = \"polling\"", "mode = \"webhook\""),
        })
        .filter(|line| !line.starts_with("app_id"))
        .collect();
    let config = Config::parse(&written.join("\n"), "bot.toml", &variables).unwrap();
    assert_eq!(config.clock.as_deref(), Some("http://127.0.0.1:4000/clock"));
    let telegram = config.telegram.unwrap();
    let secret = Secret::new("TELEGRAM_WEBHOOK_SECRET-value");
    assert_eq!(telegram.mode, TelegramMode::Webhook { public_url: "https://shipmate.example.com".into(), secret });
    assert_eq!(telegram.api_url.as_deref(), Some("http://127.0.0.1:4000/telegram"));
    assert_eq!(config.discord.unwrap().api_url.as_deref(), Some("http://127.0.0.1:4000/discord"));
    assert_eq!(config.github.api_url.as_deref(), Some("https://github.example.com/api/v3"));
}

#[test]
fn what_is_left_out_has_the_stated_value() {
    let config = parse(SMALL).unwrap();
    assert_eq!(config.time_zone, chrono_tz::UTC);
    assert_eq!(config.store.path, Path::new("data"));
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((config.web.public_url, config.playbooks, config.discord), (None, None, None));
    assert_eq!(config.github.poll, TimeDelta::minutes(1));
    assert!(config.projects[0].checks && config.projects[0].incident_places() == config.projects[0].releases);
}

#[test]
fn a_file_with_many_mistakes_tells_all_of_them() {
    let text = r#"time_zone = "America/Torono"
playbok = "mine"
[web]
listen = "localhost:8080"
public_url = "shipmate.example.com"
[telegram]
token = { env = "TELEGRAM_TOKEN" }
mode = "webhook"
webhook_secret = "né"
[github]
token = { file = "no-such-file" }
app_id = "twelve"
poll = "60"
[permissions]
release = ["release-manager"]
freez = ["ops"]
[roles.qa]
discord_roles = [3000]
[[people]]
name = "ann"
telegram = 7
roles = "ops"
[[people]]
name = "Ann"
telegram = 7
[[people]]
github = "@ben"
[projects.API]
repo = "acme/api"
playbook = 3
releases = ["discord:1", "telegram:-100/x"]
checks = "yes"
[projects.API.environments."q a"]
workflow = ".github/workflows/qa.yml"
[projects.web]
repository = "https://github.com/acme/web"
playbook = "quick-release"
releases = []
image = "acme/web:{tag}"
environments = { qa = "qa.yml" }
"#;
    let expected = "\
bot.toml:1:13: `America/Torono` is not a time zone; did you mean `America/Toronto`?
bot.toml:2:1: `playbok` is not known in the file; did you mean `playbooks`?";
    assert_eq!(problems(text), expected);
}

#[test]
fn what_is_not_toml_is_told_in_its_place() {
    let text = "[web]\nlisten = 127.0.0.1\n[store]\npath =\n[web]\n";
    assert_eq!(problems(text), "");
}

#[test]
fn an_empty_file_says_what_belongs_in_it() {
    assert_eq!(problems(""), "");
}
