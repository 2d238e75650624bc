//! What `shipmate check` knows without asking anybody: mistakes in their places, what was understood, and how quickly.

mod cost;
mod mistakes;
mod program;
mod understood;

use std::path::Path;

use chrono::{DateTime, Utc};
use shipmate::check::{self, CheckedConfig};
use tempfile::TempDir;

/// A team of three with a playbook of its own.
const BOT: &str = r#"playbooks = "own"
[telegram]
token = "1:telegram-secret"
[github]
token = "github-secret"
[permissions]
release = ["lead"]
hotfix = ["lead"]
freeze = ["lead"]
exempt = ["lead"]
override = ["lead"]
[[people]]
name = "Ann"
telegram = 7
roles = ["lead", "team-lead", "developer"]
[[people]]
name = "Bob"
telegram = 8
roles = ["qa", "devops"]
[projects.api]
repository = "acme/api"
playbook = "my-way"
releases = ["telegram:-100"]
[projects.api.environments.staging]
workflow = "staging.yml"
[projects.api.environments.production]
workflow = "production.yml"
"#;

/// The team's own playbook: the shipped one under another name.
fn my_way() -> String {
    include_str!("../../playbooks/quick-release.toml").replace("\"quick-release\"", "\"my-way\"")
}

/// Monday, 30 November 2026.
fn now() -> DateTime<Utc> {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

/// A folder with both files.
fn folder(bot: &str, playbook: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bot.toml"), bot).unwrap();
    std::fs::create_dir(folder.path().join("own")).unwrap();
    std::fs::write(folder.path().join("own/my-way.toml"), playbook).unwrap();
    folder
}

/// What comes of both files: what is wrong, each in its place.
fn checked(bot: &str, playbook: &str) -> Result<CheckedConfig, String> {
    let folder = folder(bot, playbook);
    let file = folder.path().join("bot.toml").display().to_string();
    let read = check::read(bot, &file, &|_| None, now());
    read.map_err(|problems| without(folder.path(), &problems.to_string()))
}

/// What was said, without the folder's name.
fn without(folder: &Path, said: &str) -> String {
    said.replace(&format!("{}/", folder.display()), "")
}
