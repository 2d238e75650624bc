//! The worlds of four teams: with a project branch, with a monthly window, with `develop`, and with one long line.

use chrono::DateTime;

use crate::{
    bot_toml::{BotEnvironment, BotProject},
    cast::TRAIN,
    discord, github, telegram,
    unleash::{self, Flag},
    world::WorldSettings,
};

/// Monday, 2 March 2026, 09:00 in Toronto.
const NINE: i64 = 1_772_460_000;
/// Half an hour before: the monthly window opens at nine.
const HALF_PAST_EIGHT: i64 = 1_772_458_200;

impl WorldSettings {
    /// The team with a project branch, on Monday, 2 March 2026, 09:00 in Toronto.
    pub fn module() -> Self {
        team(NINE, github::Settings::module(), BotProject::module())
    }

    /// The team that picks its stories once a month, on Monday, 2 March 2026, 08:30 in Toronto.
    pub fn monthly() -> Self {
        team(HALF_PAST_EIGHT, github::Settings::monthly(), BotProject::monthly())
    }

    /// The team with `develop` and `main`, on Monday, 2 March 2026, 09:00 in Toronto.
    pub fn git_flow() -> Self {
        team(NINE, github::Settings::git_flow(), BotProject::git_flow())
    }

    /// The team with one long line, on Monday, 2 March 2026, 09:00 in Toronto; what is not finished hides behind flags.
    pub fn trunk() -> Self {
        let flags = vec![
            Flag::new("express-delivery", "kill-switch", "Parcels go out the next day", &["development", "production"]),
            Flag::new("returns", "release", "Customers send parcels back", &["development"]),
            Flag::new("tracking-map", "release", "A map shows where the parcel is", &["development", "production"]),
        ];
        let unleash = unleash::Settings { flags, ..unleash::Settings::default() };
        Self { unleash: Some(unleash), ..team(NINE, github::Settings::trunk(), BotProject::trunk()) }
    }
}

fn team(now: i64, github: github::Settings, project: BotProject) -> WorldSettings {
    let people = TRAIN.to_vec();
    WorldSettings {
        now: DateTime::from_timestamp(now, 0).unwrap_or_default(),
        github,
        discord: discord::Settings { people: people.clone(), ..discord::Settings::default() },
        telegram: telegram::Settings { people, ..telegram::Settings::default() },
        project,
        ..WorldSettings::default()
    }
}

impl BotProject {
    /// The project with a project branch: dev, qa, stg and prod by workflows, and the word `phase`.
    pub fn module() -> Self {
        Self {
            playbook: "module".to_owned(),
            environments: four(),
            more: "[projects.api.words]\nphase = \"phase1\"\n".to_owned(),
            ..Self::default()
        }
    }

    /// The project with a monthly window: dev, qa, stg and prod by workflows, and sprints of two weeks.
    pub fn monthly() -> Self {
        Self {
            playbook: "monthly".to_owned(),
            environments: four(),
            more: "[projects.api.sprint]\nnumber = 5\nfrom = \"2026-02-23\"\ndays = 14\n".to_owned(),
            ..Self::default()
        }
    }

    /// The project with `develop` and `main`: staging and production by workflows, production by canary.
    pub fn git_flow() -> Self {
        Self {
            playbook: "git-flow".to_owned(),
            more: "[projects.api.words]\nstrategy = \"canary\"\n".to_owned(),
            ..Self::default()
        }
    }

    /// The project with one long line: dev by the workflow that a tag starts, the others by deployments.
    pub fn trunk() -> Self {
        Self {
            playbook: "trunk".to_owned(),
            environments: vec![
                BotEnvironment::new("dev", "build.yml", "https://dev.example"),
                BotEnvironment::by_deployment("qa", "https://qa.example"),
                BotEnvironment::by_deployment("uat", "https://uat.example"),
                BotEnvironment::by_deployment("prod", "https://www.example"),
            ],
            ..Self::default()
        }
    }
}

fn four() -> Vec<BotEnvironment> {
    let places = [
        ("dev", "https://dev.example"),
        ("qa", "https://qa.example"),
        ("stg", "https://stg.example"),
        ("prod", "https://www.example"),
    ];
    places.into_iter().map(|(name, url)| BotEnvironment::new(name, &format!("deploy-{name}.yml"), url)).collect()
}
