//! The worlds that the demo can start in, one for each shipped playbook.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sandbox::{
    github::{self, Seed},
    world::{DeployReports, World, WorldSettings},
};

use crate::{clock::Clock, domain::freeze::enforcement::CONTEXT};

/// The longest name that a project may have.
const NAME: usize = 20;

/// The train's Monday, 2 March 2026, 10:00 in Toronto: v1.3.0 leaves. The history of its repository is of those weeks.
const MONDAY: DateTime<Utc> = match DateTime::from_timestamp(1_772_463_600, 0) {
    Some(moment) => moment,
    None => DateTime::UNIX_EPOCH,
};

/// One world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DemoWorld {
    /// A release whenever somebody asks for one.
    QuickRelease,
    /// A freeze on Thursday, a deploy on Monday.
    WeeklyTrain,
    /// A project branch, two passes in staging.
    Module,
    /// Stories that are picked in the first week of the month.
    Monthly,
    /// Staging follows develop; production is widened step by step.
    GitFlow,
    /// One artifact that is promoted from place to place.
    Trunk,
}

impl DemoWorld {
    /// The world of a playbook.
    ///
    /// # Errors
    /// A sentence that names those there are.
    pub(super) fn named(playbook: &str) -> Result<Self, String> {
        match playbook {
            "quick-release" => Ok(Self::QuickRelease),
            "weekly-train" => Ok(Self::WeeklyTrain),
            "module" => Ok(Self::Module),
            "monthly" => Ok(Self::Monthly),
            "git-flow" => Ok(Self::GitFlow),
            "trunk" => Ok(Self::Trunk),
            other => Err(format!(
                "There is no demo of “{other}”; there is one of quick-release, weekly-train, module, monthly, git-flow, \
                 and trunk."
            )),
        }
    }

    /// What to do first on the page, as the end of a sentence.
    pub(super) fn first(self) -> &'static str {
        match self {
            Self::QuickRelease | Self::Module | Self::GitFlow | Self::Trunk => {
                ", be alice, and type /release prepare in Discord"
            }
            Self::Monthly => ": it is Monday, 8:30 in Toronto; run the clock, and at 9:00 the window opens",
            Self::WeeklyTrain => {
                ": it is Thursday, 14:55 in Toronto; run the clock at 600× and watch the freeze at 17:00"
            }
        }
    }

    /// How the world is at first.
    ///
    /// # Errors
    /// A sentence, if it cannot have a copy of somebody's repository.
    pub(super) fn settings(self, repository: Option<&Path>) -> Result<WorldSettings, String> {
        match (self, repository) {
            (Self::QuickRelease, repository) => Ok(quick_release(repository)),
            (Self::WeeklyTrain, None) => Ok(weekly_train()),
            (Self::Module, None) => Ok(to_watch(WorldSettings::module())),
            (Self::Monthly, None) => Ok(to_watch(WorldSettings::monthly())),
            (Self::GitFlow, None) => Ok(to_watch(WorldSettings::git_flow())),
            (Self::Trunk, None) => Ok(to_watch(WorldSettings::trunk())),
            (_, Some(_)) => {
                Err("This playbook brings a repository of its own; leave out --repo, or try quick-release.".to_owned())
            }
        }
    }

    /// Does what people did before the bot came.
    ///
    /// # Errors
    /// What GitHub says.
    pub(super) async fn furnish(self, world: &World) -> Result<(), github::Problem> {
        match self {
            Self::QuickRelease | Self::Module | Self::Monthly | Self::GitFlow | Self::Trunk => Ok(()),
            Self::WeeklyTrain => world.until_thursday(CONTEXT).await,
        }
    }
}

/// It begins now, in real time, with checks and deploys short enough to watch.
fn quick_release(repository: Option<&Path>) -> WorldSettings {
    let mut settings = WorldSettings { now: Clock::of_this_machine().now(), rate: 1.0, ..WorldSettings::default() };
    settings.github.ci_time = TimeDelta::seconds(6);
    settings.github.deploy_time = TimeDelta::seconds(10);
    if let Some(repository) = repository {
        settings.github = github::Settings {
            name: project_name(repository),
            seed: Seed::CopyOf(repository.to_owned()),
            ..settings.github
        };
    }
    settings
}

/// It begins on the Monday before, with a deploy that a person sees at 60×.
fn weekly_train() -> WorldSettings {
    let mut settings = WorldSettings {
        now: MONDAY,
        rate: 1.0,
        calendar_token: Some("the-calendar-of-the-demo".to_owned()),
        ..WorldSettings::weekly_train()
    };
    settings.github.ci_time = TimeDelta::seconds(20);
    settings.github.deploy_time = TimeDelta::minutes(4);
    settings
}

/// In real time at first, with checks and deploys short enough to watch; every deploy reports what it brings.
fn to_watch(world: WorldSettings) -> WorldSettings {
    let environments = world.project.environments.iter().map(|place| place.name.clone()).collect();
    let reports = DeployReports { token: "the-deploys-of-the-demo".to_owned(), environments };
    let mut settings = WorldSettings {
        rate: 1.0,
        calendar_token: Some("the-calendar-of-the-demo".to_owned()),
        reports: Some(reports),
        ..world
    };
    settings.github.ci_time = TimeDelta::seconds(10);
    settings.github.deploy_time = TimeDelta::seconds(20);
    settings
}

/// The folder's name, as far as a project can bear it.
fn project_name(repository: &Path) -> String {
    let folder = repository.canonicalize().unwrap_or_else(|_| repository.to_owned());
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".git").unwrap_or(&name);
    let kept = name.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).take(NAME);
    let name = kept.collect::<String>().trim_matches('-').to_owned();
    if name.is_empty() { "api".to_owned() } else { name }
}
