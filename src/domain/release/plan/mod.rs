//! A plan: a playbook flattened and frozen when a release starts, so that later edits never move a running release.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::gate::Gate;
use crate::domain::{time::dates::DateSpec, version::file::VersionedFile};

mod announcement;
mod deploy;
pub mod join;
mod production;
mod snapshot;
mod step;
mod traffic;
mod words;

pub use announcement::Announcement;
pub use deploy::{By, OnFailure, Settling};
pub use production::production_of;
pub use snapshot::{SnapshotCommit, VersionFile};
pub use step::{PullRequestName, Step, Tagged};

/// Everything one release will do, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// The steps of all stages, in order.
    pub steps: Vec<PlannedStep>,
    /// The dates that steps depend on.
    #[serde(default)]
    pub dates: Vec<DateSpec>,
    /// The IANA zone of the dates.
    #[serde(default)]
    pub zone: Option<String>,
    /// The environments that the project said to be production when the release began; none if it said so of none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said_to_be_production: Vec<String>,
    /// The files that hold the version, as the playbook named them when the release began; older releases name theirs in the
    /// steps only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub version_files: Vec<VersionedFile>,
    /// Whether and when people are told of the target.
    #[serde(default, skip_serializing_if = "TargetNudges::are_none")]
    pub target: TargetNudges,
}

/// Whether and when people are told of the time that a release should take.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TargetNudges {
    /// How long before its end people are reminded, such as `1h`.
    pub remind: Vec<String>,
    /// Roles that are told when it is missed, besides those who can act.
    pub escalate: Vec<String>,
}

impl TargetNudges {
    fn are_none(&self) -> bool {
        self.remind.is_empty() && self.escalate.is_empty()
    }
}

/// A named part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What people call it.
    pub name: String,
    /// What it is called where there is little room, such as on the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Whether it is a point of the pull request's timeline.
    #[serde(default)]
    pub timeline: bool,
    /// Whether it begins again when the branch that it watches gets another commit.
    #[serde(default)]
    pub repeats: bool,
    /// The branch that it watches, if that is not the release branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Whether what it deployed stays when a push only brings production back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeps_deploys: bool,
    /// Whether later stages go on while this one waits.
    #[serde(default)]
    pub background: bool,
    /// Whether it waits for every stage before it, the background ones too.
    #[serde(default)]
    pub joins: bool,
}

impl Stage {
    /// What it is called where there is little room.
    pub fn in_short(&self) -> &str {
        self.short.as_ref().unwrap_or(&self.name)
    }
}

/// A step in its stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// The stage's index in the plan.
    pub stage: usize,
    /// What is done.
    pub step: Step,
}

/// The inputs of a deploy that brings an earlier version back: for all of the traffic, and no side by name.
pub fn inputs_back(mut inputs: BTreeMap<String, String>) -> BTreeMap<String, String> {
    inputs.retain(|name, _| name != "slot" && name != "action");
    if let Some(share) = inputs.get_mut("share") {
        "100".clone_into(share);
    }
    inputs
}

impl Plan {
    /// The files that a step means which names the version file: all of the playbook's, if it is the first of them.
    pub fn version_files(&self, named: &str) -> Vec<VersionedFile> {
        match self.version_files.first() {
            Some(first) if first.path == named => self.version_files.clone(),
            _ => vec![VersionedFile::at(named)],
        }
    }

    /// What CD is told when an environment goes back to what ran there before.
    pub fn inputs_back(&self, environment: &str) -> BTreeMap<String, String> {
        let deployed = self.steps.iter().rev().find_map(|planned| {
            let Step::Deploy { environment: to, inputs, .. } = &planned.step else { return None };
            (to == environment).then(|| inputs.clone())
        });
        inputs_back(deployed.unwrap_or_default())
    }

    /// What a step does, if the plan has it.
    pub fn step(&self, step: usize) -> Option<&Step> {
        self.steps.get(step).map(|planned| &planned.step)
    }

    /// The stage of a step, if the plan has both.
    pub fn stage_of(&self, step: usize) -> Option<&Stage> {
        self.stages.get(self.steps.get(step)?.stage)
    }

    /// Whether a step has to bring the artifact that was deployed first.
    pub fn same_artifact(&self, step: usize) -> bool {
        matches!(self.step(step), Some(Step::Deploy { same_artifact: true, .. }))
    }

    /// How often a step is tried again by itself.
    pub fn retries(&self, step: usize) -> u32 {
        if let Some(Step::Deploy { retries, .. }) = self.step(step) { *retries } else { 0 }
    }

    /// The position from which a step is tried again after the environment was rolled back: from the first of the deploys
    /// by which it got the version, share by share or side by side.
    pub fn restart_from(&self, step: usize) -> usize {
        let Some(settling) = self.settling(step) else { return step };
        let deploys = |i: &usize| self.step(*i).and_then(Step::deploys_to) == Some(settling.environment);
        let mut before = (0..=step).rev().filter(deploys);
        let Some(last) = before.next() else { return step };
        let parts = before.take_while(|&i| !self.step(i).is_some_and(Step::replaces_all));
        parts.last().unwrap_or(last)
    }

    /// What has to hold in an environment after a step.
    pub fn settling(&self, step: usize) -> Option<Settling<'_>> {
        self.step(step)?.settling()
    }

    /// The date on which a step depends: a gate's deadline, the merge's time, or what is waited for.
    pub fn date_of(&self, step: usize) -> Option<&str> {
        let step = self.step(step)?;
        if let Step::AwaitMerge { at } = step {
            return at.as_deref();
        }
        if let Step::AwaitTime { date } = step {
            return Some(date);
        }
        step.gate()?.deadline.as_deref()
    }

    /// The gate with this name, and its step.
    pub fn gate(&self, name: &str) -> Option<(usize, &Gate)> {
        self.gates().find(|(_, gate)| gate.name == name)
    }

    /// All gates with their steps, in order.
    pub fn gates(&self) -> impl Iterator<Item = (usize, &Gate)> {
        self.steps.iter().enumerate().filter_map(|(i, planned)| Some((i, planned.step.gate()?)))
    }

    /// The environments that it deploys to, in the order in which it first does.
    pub fn environments(&self) -> Vec<&str> {
        let mut names: Vec<&str> = vec![];
        for planned in &self.steps {
            let picked = if let Step::Pick { deploy, .. } = &planned.step { deploy.as_slice() } else { &[] };
            for environment in picked.iter().map(String::as_str).chain(planned.step.deploys_to()) {
                if !names.contains(&environment) {
                    names.push(environment);
                }
            }
        }
        names
    }

    /// The environment that a step deploys to or watches.
    pub fn environment_of(&self, step: usize) -> Option<&str> {
        self.settling(step).map(|settling| settling.environment)
    }

    /// What people call a date.
    pub fn title_of<'a>(&'a self, date: &'a str) -> &'a str {
        self.dates.iter().find(|spec| spec.name == date).map_or(date, |spec| spec.title.as_str())
    }

    /// The step that freezes a branch, and the date at which it does.
    pub fn closes(&self, branch: &str) -> Option<(usize, &str)> {
        let step = self.find(|step| {
            matches!(step, Step::Freeze { branches, .. }
                if branches.iter().any(|pattern| crate::domain::freeze::matches(pattern, branch)))
        })?;
        let awaited = self.steps.iter().take(step).rev().find_map(|planned| {
            let Step::AwaitTime { date } = &planned.step else { return None };
            Some(date.as_str())
        });
        let starting = || self.dates.iter().find(|spec| spec.starts).map(|spec| spec.name.as_str());
        Some((step, awaited.or_else(starting)?))
    }

    /// The first step that fits.
    pub fn find(&self, fits: impl Fn(&Step) -> bool) -> Option<usize> {
        self.steps.iter().position(|planned| fits(&planned.step))
    }
}

#[cfg(test)]
mod tests;
