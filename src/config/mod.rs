//! The configuration: `bot.toml`, read whole, with every problem told at once and in its place.

mod backup;
mod calendar;
mod chats;
mod closings;
pub mod flags;
mod github;
mod hooks;
mod named;
mod people;
mod places;
mod problem;
mod projects;
mod quiet;
mod routes;
mod schedules;
mod secret;
mod secret_source;
mod section;
mod settings;
mod source;
mod values;
mod whole;

use std::{cell::RefCell, path::Path, path::PathBuf};

use chrono_tz::Tz;
use toml::de::DeTable;

pub use self::{
    places::{Places, ProjectPlace},
    problem::{Problem, Problems},
    secret::Secret,
    settings::{
        AlertRoute, BackupSettings, CalendarSettings, DiscordSettings, FlagsSettings, GitHubIdentity, GitHubSettings,
        HookSender, Hooks, StoreSettings, TelegramMode, TelegramSettings, WebSettings,
    },
};
use self::{section::Section, source::Source};
use crate::domain::{
    freeze::rule::Rules,
    message::route::Route,
    team::{people::People, project::Project},
    time::agenda::Entry,
};

/// All that `bot.toml` says. Paths in the file are relative to the file's own folder.
#[derive(Debug, Clone)]
pub struct Config {
    /// The zone in which times are shown, and in which schedules run that name none.
    pub time_zone: Tz,
    /// Where the bot keeps what it knows.
    pub store: StoreSettings,
    /// The backups that the bot makes by itself, if it does.
    pub backup: Option<BackupSettings>,
    /// Where the bot listens.
    pub web: WebSettings,
    /// The address of the clock to follow instead of the machine's.
    pub clock: Option<String>,
    /// How to speak on Discord; this or Telegram is always there.
    pub discord: Option<DiscordSettings>,
    /// How to speak on Telegram; this or Discord is always there.
    pub telegram: Option<TelegramSettings>,
    /// How to speak to GitHub.
    pub github: GitHubSettings,
    /// Everybody the bot knows, and what they may do.
    pub people: People,
    /// The projects, in the order of the file; at least one.
    pub projects: Vec<Project>,
    /// What closes by the calendar.
    pub rules: Rules,
    /// The team's days off, and the token of the calendar that the bot offers.
    pub calendar: CalendarSettings,
    /// Who may report deploys and alerts; without it, nobody may.
    pub hooks: Option<Hooks>,
    /// Who keeps the feature flags, if anybody does.
    pub flags: Option<FlagsSettings>,
    /// Where what others report is told, before the projects' own places.
    pub routes: Vec<Route>,
    /// What the bot says again and again.
    pub schedules: Vec<Entry>,
    /// The folder with the team's own playbooks.
    pub playbooks: Option<PathBuf>,
    /// What is doubtful but no reason to stop.
    pub warnings: Vec<Problem>,
    /// Where in the file stands what is checked against the playbooks.
    pub places: Places,
}

impl Config {
    /// Reads a file, with secrets from this process's environment.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let (file, text) = Self::text(path)?;
        Self::parse(&text, &file, &|name| std::env::var(name).ok())
    }

    /// The name and the text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(path: &Path) -> Result<(String, String), Problems> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|problem| {
            let sentence = format!("this file cannot be read ({problem}); start from a copy of the sample `bot.toml`");
            Problems(vec![Problem { file: file.clone(), place: None, sentence }])
        })?;
        Ok((file, text))
    }

    /// Reads a text; `file_name` is named in problems, and its folder is where relative paths start.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, file_name: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Problems> {
        match Self::read(text, file_name, environment) {
            (Some(config), Problems(problems)) if problems.is_empty() => Ok(config),
            (_, problems) => Err(problems),
        }
    }

    /// The same, with what can be read of a text in which something is wrong: enough to look further, and not to run with.
    pub fn read(text: &str, file_name: &str, environment: &dyn Fn(&str) -> Option<String>) -> (Option<Self>, Problems) {
        let (problems, warnings) = (RefCell::default(), RefCell::default());
        let source =
            Source { file: file_name, text, line_starts: problem::line_starts(text), environment, problems, warnings };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().map_or(text.len(), |span| span.start);
            source.problem(at, not_toml(error.message()));
        }
        // What is left of a broken file would only be complained about for what is missing.
        let config = errors.is_empty().then(|| whole::read(Section::whole(&source, table.get_ref())));
        let (mut problems, mut warnings) = (source.problems.into_inner(), source.warnings.into_inner());
        problems.sort_by_key(|problem| problem.place);
        warnings.sort_by_key(|warning| warning.place);
        (config.map(|config| Self { warnings, ..config }), Problems(problems))
    }
}

fn not_toml(message: &str) -> String {
    match message {
        "duplicate key" => "this key or section is in the file already; write it once".into(),
        _ => format!("this is not TOML: {message}"),
    }
}
