//! Reads the file section by section.

use std::net::SocketAddr;

use chrono::TimeDelta;
use chrono_tz::Tz;
use toml::de::DeValue;

use super::{
    Config, GitHubIdentity, GitHubSettings, Places, ProjectPlace, Secret, StoreSettings, WebSettings, backup, calendar,
    chats::{self, WrittenTables},
    closings, flags, github, hooks, people, projects, routes, schedules,
    section::Section,
    values::{listen_address, time_zone, web_address, words},
};
use crate::domain::{
    team::project::Project,
    time::{agenda::Entry, duration},
};

/// Reads every section before it gives up on any, so that all problems are told.
pub(super) fn read(mut whole: Section<'_>) -> Config {
    let source = whole.source;
    let time_zone = whole.read("time_zone", time_zone).map_or(Tz::UTC, |zone| zone.value);
    let playbooks = whole.read("playbooks", words).map(|folder| source.path(&folder.value));
    let store = store(&mut whole);
    let backup = whole.section("backup").map(backup::backup);
    let (web, public_url) = web(&mut whole);
    let clock = clock(&mut whole);
    let guild = whole.raw("discord").is_some_and(|discord| has(discord.value, "guild"));
    let written = WrittenTables { discord: whole.has("discord"), telegram: whole.has("telegram"), public_url, guild };
    if !written.discord && !written.telegram {
        source.problem(0, "there is no chat to speak in; write [discord], [telegram] or both");
    }
    let discord = whole.section("discord").map(chats::discord);
    let telegram = whole.section("telegram").map(|section| chats::telegram(section, &web, written));
    whole.require("github", "[github]` with `token = { env = \"GITHUB_TOKEN\" }");
    let github = whole.section("github").and_then(github::github);
    let found = source.found();
    let people = people::people(&mut whole, written, time_zone);
    let people_are_right = source.found() == found;
    let (mut projects, of_projects): (Vec<Project>, Vec<ProjectPlace>) =
        projects::projects(&mut whole, written, time_zone).into_iter().unzip();
    if let Some(GitHubSettings { identity: GitHubIdentity::App { app_id, .. }, .. }) = &github {
        projects.iter_mut().for_each(|project| project.freeze.bypass_app = Some(*app_id));
    }
    let calendar = whole.section("calendar").map(|section| calendar::calendar(section, time_zone)).unwrap_or_default();
    let hooks = whole.section("hooks").and_then(|section| hooks::hooks(section, &projects, &people, written));
    let flags = whole.section("flags").and_then(flags::flags);
    let routes = routes::routes(&mut whole, &projects, written);
    let schedules = schedules::schedules(&mut whole, time_zone, &projects, &people, written);
    let (rules, of_closings) = closings::closings(&mut whole, time_zone, calendar.holidays.clone(), &projects);
    let (schedules, schedules_named): (Vec<Entry>, Vec<usize>) = schedules.into_iter().unzip();
    whole.finish();
    let places = Places {
        projects: of_projects,
        schedules: schedules_named.into_iter().map(|at| source.at(at)).collect(),
        closings: of_closings.into_iter().map(|(name, at)| (name, source.at(at))).collect(),
        people_are_right,
    };
    Config {
        time_zone,
        store,
        backup,
        web,
        clock,
        discord: discord.flatten(),
        telegram: telegram.flatten(),
        github: github.unwrap_or_else(unreadable),
        people,
        projects,
        rules,
        calendar,
        hooks,
        flags,
        routes,
        schedules,
        playbooks,
        warnings: Vec::new(),
        places,
    }
}

/// Stands for what could not be read; that is a problem, so nobody ever acts as this.
fn unreadable() -> GitHubSettings {
    let identity = GitHubIdentity::Token(Secret::new(""));
    GitHubSettings { api_url: None, identity, webhook_secret: None, poll: TimeDelta::seconds(60) }
}

/// Whether a table has a key, rightly written or not.
fn has(table: &DeValue<'_>, key: &str) -> bool {
    table.as_table().is_some_and(|table| table.keys().any(|known| known.get_ref() == key))
}

fn store(whole: &mut Section<'_>) -> StoreSettings {
    let source = whole.source;
    let otherwise = StoreSettings { path: source.path("data"), keep: TimeDelta::days(365) };
    let Some(mut section) = whole.section("store") else { return otherwise };
    let (path, keep) = (section.read("path", words), section.read("keep", long_enough));
    section.finish();
    let path = path.map_or(otherwise.path, |path| source.path(&path.value));
    StoreSettings { path, keep: keep.map_or(otherwise.keep, |keep| keep.value) }
}

fn long_enough(text: &str) -> Result<TimeDelta, String> {
    let keep = duration::read(text)?;
    let shortest = TimeDelta::days(30);
    (keep >= shortest).then_some(keep).ok_or_else(|| format!("`{text}` is too short; write `30d` or longer"))
}

/// How many connections there may be at once, if nobody says.
const CONNECTIONS: usize = 512;

/// The section, and whether it names a public address, rightly or not.
fn web(whole: &mut Section<'_>) -> (WebSettings, bool) {
    let otherwise = SocketAddr::from(([127, 0, 0, 1], 8080));
    let Some(mut section) = whole.section("web") else {
        return (WebSettings { listen: otherwise, public_url: None, connections: CONNECTIONS }, false);
    };
    let listen = section.read("listen", listen_address).map_or(otherwise, |listen| listen.value);
    let public_url = section.read("public_url", web_address).map(|url| url.value);
    let public = section.has("public_url");
    let connections = section.number("connections", 16..=60_000).unwrap_or(CONNECTIONS);
    section.finish();
    (WebSettings { listen, public_url, connections }, public)
}

fn clock(whole: &mut Section<'_>) -> Option<String> {
    let mut section = whole.section("clock")?;
    section.require("follow", "follow = \"http://127.0.0.1:4000/clock\"");
    let follow = section.read("follow", web_address);
    section.finish();
    Some(follow?.value)
}
