//! A project: one repository that releases by one playbook.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::{message::post::Place, release::notes::tickets::Tickets, time::quiet::QuietHours};

/// One project of the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name in commands.
    pub name: String,
    /// `owner/name` on GitHub.
    pub repository: String,
    /// The name of its playbook.
    pub playbook: String,
    /// The form of its tags, such as `{version}`, where that is not its playbook's.
    pub tag: Option<String>,
    /// Where its releases are told: cards, threads and announcements.
    pub releases: Vec<Place>,
    /// Where failures, rollbacks and critical hotfixes are told; empty means `releases`.
    pub incidents: Vec<Place>,
    /// Where stakeholders are told what comes and when; empty means `releases`.
    pub stakeholders: Vec<Place>,
    /// Its environments by name.
    pub environments: BTreeMap<String, Environment>,
    /// What a deploy publishes, such as `ghcr.io/acme/api:{version}`; told in announcements.
    pub image: Option<String>,
    /// Whether checks run on its pull requests. If so, a commit without any check counts as "not yet checked".
    pub checks: bool,
    /// What words of its playbook mean here.
    pub words: BTreeMap<String, String>,
    /// How its sprints are counted.
    pub sprint: Option<Sprint>,
    /// How its tickets are found in commits, and where they are.
    pub tickets: Option<Tickets>,
    /// How its freezes are enforced on GitHub, beyond the commit status.
    pub freeze: FreezeSettings,
    /// The hours in which nobody is reminded: its own and those of the places where its releases are told.
    pub quiet: Vec<QuietHours>,
}

/// How a project's sprints are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sprint {
    /// The number of the one that begins on `from`.
    pub number: u32,
    /// Its first day.
    pub from: NaiveDate,
    /// How many days a sprint has.
    pub days: u32,
}

impl Sprint {
    /// The number of the sprint on a day; the first one's before it began.
    pub fn on(&self, day: NaiveDate) -> u32 {
        let passed = u32::try_from((day - self.from).num_days()).unwrap_or(0);
        self.number.saturating_add(passed / self.days.max(1))
    }
}

/// How a project's freezes are enforced on GitHub, beyond the commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeSettings {
    /// Whether a ruleset that requires the leave of the bot's App closes them, where GitHub takes one.
    pub at_once: bool,
    /// Whether a ruleset restricts updates of closed branches.
    pub ruleset: bool,
    /// The id of the team that may bypass these rulesets.
    pub bypass_team: Option<u64>,
    /// The id of the GitHub App that the bot is, which may bypass it too.
    pub bypass_app: Option<u64>,
    /// The branches that the ruleset is for, in which `*` stands for anything; empty means every closed one.
    pub branches: Vec<String>,
}

impl FreezeSettings {
    /// Whether the bot tries to close branches at once, which only a GitHub App can.
    pub fn is_at_once(&self) -> bool {
        self.at_once && self.bypass_app.is_some()
    }
}

impl Default for FreezeSettings {
    fn default() -> Self {
        Self { at_once: true, ruleset: false, bypass_team: None, bypass_app: None, branches: vec![] }
    }
}

/// Where a version can be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The workflow file that deploys to it; without one, CD carries out deployments that are made on GitHub.
    pub workflow: Option<String>,
    /// Whether CD deploys to it by itself, and reports how that went.
    pub reports: bool,
    /// Where people see it.
    pub url: Option<String>,
    /// Whether the team says that users meet it.
    pub production: bool,
}

impl Project {
    /// The environments of which the team says that users meet them.
    pub fn said_to_be_production(&self) -> Vec<String> {
        let said = self.environments.iter().filter(|(_, environment)| environment.production);
        said.map(|(name, _)| name.clone()).collect()
    }

    /// Where stakeholders are told.
    pub fn stakeholder_places(&self) -> &[Place] {
        if self.stakeholders.is_empty() { &self.releases } else { &self.stakeholders }
    }

    /// Where incidents are told.
    pub fn incident_places(&self) -> &[Place] {
        if self.incidents.is_empty() { &self.releases } else { &self.incidents }
    }
}
