//! A release: one version travelling through its playbook.

pub mod backport;
pub mod changelog;
pub mod conflict;
pub mod fact;
pub mod gate;
pub mod next;
pub mod nudge;
pub mod patch;
pub mod plan;
#[cfg(test)]
pub mod samples;
pub mod skip;
pub mod spec;
pub mod state;
pub mod stories;
pub mod timeline;
pub mod undone;
pub mod wait;

use chrono::{DateTime, Duration, Utc};

use super::release::{
    fact::{Outcome, Recorded},
    plan::Step,
    state::State,
};

pub use super::release::spec::{ReleaseId, ReleaseKind, ReleaseSpec};

/// A release with everything that happened to it.
#[derive(Debug, Clone)]
pub struct Release {
    /// What was decided at its start.
    pub spec: ReleaseSpec,
    /// What happened, in order.
    pub facts: Vec<Recorded>,
    /// What follows from the facts.
    pub state: State,
}

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every step is done.
    Released,
    /// A person ended it.
    Cancelled,
}

impl Release {
    /// Puts a release together from what is stored.
    pub fn new(spec: ReleaseSpec, facts: Vec<Recorded>) -> Self {
        let mut state = State::new(&spec);
        for recorded in &facts {
            state.apply(&spec, recorded);
        }
        Self { spec, facts, state }
    }

    /// Adds a fact.
    pub fn add(&mut self, recorded: Recorded) {
        self.state.apply(&self.spec, &recorded);
        self.facts.push(recorded);
    }

    /// How it ended, if it did.
    pub fn ending(&self) -> Option<Ending> {
        if self.state.cancelled.is_some() {
            Some(Ending::Cancelled)
        } else {
            self.state.finished.map(|_| Ending::Released)
        }
    }

    /// Whether it still goes on.
    pub fn is_open(&self) -> bool {
        self.ending().is_none()
    }

    /// Whether it is a hotfix.
    pub fn is_hotfix(&self) -> bool {
        matches!(self.spec.kind, ReleaseKind::Hotfix { .. })
    }

    /// Whether it brings an environment back to an earlier version.
    pub fn is_roll_back(&self) -> bool {
        matches!(self.spec.kind, ReleaseKind::RollBack { .. })
    }

    /// Whether something is on its way to an environment now.
    pub fn is_bringing_to(&self, environment: &str) -> bool {
        let plan = &self.spec.plan;
        (0..plan.steps.len()).any(|step| {
            let awaits = match &plan.steps[step].step {
                Step::AwaitDeploy { environment: of } | Step::AwaitRollBack { environment: of } => of == environment,
                _ => false,
            };
            let (asked, waiting) = (&self.state.steps[plan.retry_from(step)], &self.state.steps[step]);
            let begun = asked.started.is_some() || asked.done.is_some();
            awaits && begun && !waiting.is_over() && waiting.failed.is_none()
        })
    }

    /// The tag under which what a step deploys can be deployed again: a branch of the release stands for its tag.
    /// `deployed` is what was deployed in the end, if that is known.
    pub fn tag_deployed<'a>(&'a self, asked: usize, deployed: &'a str) -> &'a str {
        let spec = &self.spec;
        let planned = match &spec.plan.steps[asked].step {
            Step::StartDeploy { git_ref, .. } => git_ref.as_str(),
            _ => "",
        };
        let git_ref = if deployed.is_empty() { planned } else { deployed };
        let branches = [&spec.branch, &spec.source, &spec.production];
        let own = git_ref.is_empty() || branches.iter().any(|branch| *branch == git_ref);
        if own { &spec.tag } else { git_ref }
    }

    /// The newest deploy before a step that left nothing but the release in an environment: the step that waited for its
    /// end, the environment, and the tag under which that can be deployed again.
    pub fn deployed_before(&self, step: usize) -> Option<(usize, &str, &str)> {
        let plan = &self.spec.plan;
        (0..step).rev().find_map(|deploy| {
            let Step::AwaitDeploy { environment } = &plan.steps[deploy].step else { return None };
            let Some((Outcome::Deployed { proof, .. }, _)) = &self.state.steps[deploy].done else { return None };
            let asked = plan.asking(deploy)?;
            let whole = plan.steps[asked].step.replaces_all();
            whole.then(|| (deploy, environment.as_str(), self.tag_deployed(asked, &proof.git_ref)))
        })
    }

    /// `api v2.2.0`, or `api production back to v2.1.1`.
    pub fn name(&self) -> String {
        if let ReleaseKind::RollBack { environment, .. } = &self.spec.kind {
            return format!("{} {environment} back to {}", self.spec.project, self.spec.tag);
        }
        format!("{} {}", self.spec.project, self.spec.tag)
    }

    /// When it should be over.
    pub fn target(&self) -> DateTime<Utc> {
        self.spec.at + Duration::minutes(self.spec.target_minutes)
    }

    /// The dates to come, in their order: those for which everything is done already are left out.
    pub fn dates_ahead(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, &str)> {
        let plan = &self.spec.plan;
        let open = |name: &str| {
            let mut steps = (0..plan.steps.len()).filter(|&step| plan.date_of(step) == Some(name)).peekable();
            steps.peek().is_none() || steps.any(|step| !self.state.steps[step].is_over())
        };
        let ahead = plan.dates.iter().filter_map(|spec| Some((self.state.dates.get(&spec.name)?, spec)));
        let ahead = ahead.filter(|(at, spec)| *at > now && open(&spec.name));
        let mut ahead: Vec<_> = ahead.map(|(at, spec)| (at, spec.title.as_str())).collect();
        ahead.sort_unstable();
        ahead
    }

    /// The newest commit of the release branch that we know of; the source's commit before there is a branch.
    pub fn head(&self) -> &str {
        self.state.head.as_deref().unwrap_or(&self.spec.source_commit)
    }
    /// The commit that is decided on at a step: the newest known one of the branch that its stage watches.
    pub fn head_at(&self, step: usize) -> &str {
        let stage = &self.spec.plan.stages[self.spec.plan.steps[step].stage];
        let other = stage.of.as_ref().and_then(|branch| self.state.heads.get(branch));
        other.map_or_else(|| self.head(), String::as_str)
    }

    /// The commit of another branch on which an earlier stage decided.
    pub fn decided_on(&self, branch: &str, step: usize) -> Option<&str> {
        let plan = &self.spec.plan;
        let watched = plan.stages[..plan.steps[step].stage].iter().any(|stage| stage.of.as_deref() == Some(branch));
        self.state.heads.get(branch).filter(|_| watched).map(String::as_str)
    }
}
