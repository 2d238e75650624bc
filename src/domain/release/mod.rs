//! A release: one version travelling through its playbook.

pub mod after_merge;
pub mod assets;
pub mod authors;
pub mod backport;
pub mod barrier;
pub mod before_merge;
pub mod beside;
pub mod brought;
pub mod changelog;
pub mod clean_up;
pub mod conflict;
pub mod counted;
pub mod deadlock;
pub mod due;
pub mod fact;
pub mod failure;
pub mod fitting;
pub mod fixes;
pub mod foremost;
pub mod gate;
pub mod glass;
pub mod hindrance;
mod independent;
pub mod leftover;
pub mod next;
pub mod notes;
pub mod nudge;
pub mod older;
pub mod out_of_turn;
pub mod overtaken;
pub mod patch;
pub mod plan;
pub mod range;
pub mod reviews;
pub mod rollout;
#[cfg(test)]
pub mod samples;
pub mod setback;
pub mod skip;
pub mod spec;
pub mod state;
pub mod stop;
pub mod stories;
pub mod timeline;
pub mod undone;
mod use_of;
pub mod wait;
pub mod way_back;
pub mod way_in;

use chrono::{DateTime, Duration, Utc};

use super::{
    message::{place::spoken, short::is_same},
    release::{
        fact::{Fact, NewCommit, Outcome, Recorded},
        gate::Gate,
        plan::{By, OnFailure, Step},
        rollout::Phase,
        state::State,
    },
    version::bare,
};

pub use super::{
    ids::ReleaseId,
    release::spec::{ReleaseKind, ReleaseSpec},
};

/// How long after the last of its dates a release may be over, whatever its target says.
const AFTER_LAST_DATE: Duration = Duration::hours(1);

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

    /// Whether a step deploys to production, or to one of several.
    pub fn goes_to_production(&self, step: usize) -> bool {
        let plan = &self.spec.plan;
        plan.step(step).and_then(Step::deploys_to).is_some_and(|environment| plan.is_production(environment))
    }

    /// Whether something is on its way to an environment now.
    pub fn is_bringing_to(&self, environment: &str) -> bool {
        let under_way = |step: usize| match self.phase(step) {
            Phase::Planned | Phase::Failed => self.state.step(step).started.is_some(),
            Phase::Deploying | Phase::RollingBack => true,
            Phase::Soaking | Phase::Watching | Phase::Settled | Phase::RolledBack | Phase::Held | Phase::Unanswered => {
                false
            }
        };
        self.state.steps.iter().enumerate().any(|(step, state)| {
            let here = self.spec.plan.environment_of(step) == Some(environment);
            here && !state.is_over() && state.failed.is_none() && under_way(step)
        })
    }

    /// Where a deploy is; of any other step, that it is planned.
    pub fn phase(&self, step: usize) -> Phase {
        self.state.phase(&self.spec, step)
    }

    /// What a step does just now, in words for people: `wait for staging`, `roll production back`.
    pub fn doing(&self, step: usize) -> String {
        let Some(planned) = self.spec.plan.step(step) else { return not_planned(step) };
        let Some(settling) = planned.settling() else { return planned.in_words() };
        let place = spoken(settling.environment);
        match self.phase(step) {
            Phase::Deploying => format!("wait for {place}"),
            Phase::Soaking => format!("soak on {place} for {}", settling.soak.unwrap_or_default()),
            Phase::Watching => format!("watch {place} for {}", settling.watch.unwrap_or_default()),
            Phase::RollingBack => format!("wait until {place} is rolled back"),
            Phase::Failed => self.name_of(step),
            Phase::Planned | Phase::Settled | Phase::RolledBack | Phase::Held | Phase::Unanswered => planned.in_words(),
        }
    }

    /// What people call what a step is at: `deploy v2.2.0 to staging`, `roll production back`.
    pub fn name_of(&self, step: usize) -> String {
        let Some(planned) = self.spec.plan.step(step) else { return not_planned(step) };
        let Some(settling) = planned.settling() else { return planned.in_words() };
        match (self.phase(step), settling.on_failure) {
            (Phase::Soaking | Phase::Watching, _) => self.doing(step),
            (Phase::Failed, OnFailure::Hold) => format!("hold {}", spoken(settling.environment)),
            (Phase::Failed | Phase::RollingBack, _) => format!("roll {} back", spoken(settling.environment)),
            (
                Phase::Planned
                | Phase::Deploying
                | Phase::Settled
                | Phase::RolledBack
                | Phase::Held
                | Phase::Unanswered,
                _,
            ) => planned.in_words(),
        }
    }

    /// What people call what somebody has just gone past.
    pub fn went_past(&self, step: usize) -> String {
        let is_roll_back = self.phase(step) == Phase::Unanswered && self.state.step(step).skipped.is_none();
        match self.spec.plan.environment_of(step).filter(|_| is_roll_back) {
            Some(environment) => format!("roll {} back", spoken(environment)),
            None => self.title_of(step),
        }
    }

    /// A gate's title, or what any other step does.
    pub fn title_of(&self, step: usize) -> String {
        if let Some(Step::SignOff(gate)) = self.spec.plan.step(step) {
            return gate.title.clone();
        }
        self.name_of(step)
    }

    /// Whether what a step waits for now can only be told by a look outside.
    pub fn watches(&self, step: usize) -> bool {
        let Some(planned) = self.spec.plan.step(step) else { return false };
        match self.phase(step) {
            Phase::Planned => planned.watches() || matches!(planned, Step::Deploy { by: By::Push, .. }),
            Phase::Deploying | Phase::RollingBack => true,
            // Somebody may have had CD try once more what never came.
            Phase::RolledBack | Phase::Held | Phase::Unanswered => {
                let rollout = &self.state.step(step).rollout;
                rollout.is_asked() && rollout.here.is_none()
            }
            Phase::Soaking | Phase::Watching | Phase::Settled | Phase::Failed => false,
        }
    }

    /// Since when the bot is at a step: since somebody last asked it to try again, else since it began.
    pub fn at_it_since(&self, step: usize) -> Option<DateTime<Utc>> {
        let begun = self.state.steps.get(step)?.started?;
        let again = self
            .facts
            .iter()
            .rev()
            .find(|recorded| matches!(recorded.fact, Fact::RetryAsked { step: asked, .. } if asked == step));
        Some(again.map_or(begun, |recorded| recorded.at.max(begun)))
    }

    /// Whether what a step does now changes anything outside.
    pub fn acts_outside(&self, step: usize) -> bool {
        let Some(planned) = self.spec.plan.step(step) else { return false };
        let Some(settling) = planned.settling() else { return planned.acts_outside() };
        match self.phase(step) {
            Phase::Planned => true,
            Phase::Failed => *settling.on_failure != OnFailure::Hold,
            Phase::Deploying
            | Phase::Soaking
            | Phase::Watching
            | Phase::Settled
            | Phase::RollingBack
            | Phase::RolledBack
            | Phase::Held
            | Phase::Unanswered => false,
        }
    }

    /// The version that a build is of: one of the release's builds is its version, anything else stands for itself.
    pub fn version_of(&self, build: &str) -> String {
        let own = self.spec.version.to_string();
        let rest = bare(build).strip_prefix(&own);
        let is_own = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if is_own { own } else { bare(build).to_owned() }
    }

    /// The build that CD was asked for and whose end is waited for.
    pub fn asked_for(&self, step: usize) -> Option<&str> {
        let rollout = &self.state.steps.get(step)?.rollout;
        let asked = match self.phase(step) {
            Phase::Deploying => &rollout.asked,
            Phase::RollingBack => &rollout.back,
            Phase::Planned
            | Phase::Soaking
            | Phase::Watching
            | Phase::Settled
            | Phase::Failed
            | Phase::RolledBack
            | Phase::Held
            | Phase::Unanswered => return None,
        };
        asked.as_ref()?.made.build()
    }

    /// The tag under which what a step deploys can be deployed again: a branch of the release stands for its tag.
    /// `deployed` is what was deployed in the end, if that is known.
    pub fn tag_deployed<'a>(&'a self, step: usize, deployed: &'a str) -> &'a str {
        let spec = &self.spec;
        let planned = if let Some(Step::Deploy { git_ref, .. }) = spec.plan.step(step) { git_ref } else { "" };
        let git_ref = if deployed.is_empty() { planned } else { deployed };
        let branches = [&spec.branch, &spec.source, &spec.production];
        let own = git_ref.is_empty() || branches.iter().any(|branch| *branch == git_ref);
        if own { &spec.tag } else { git_ref }
    }

    /// The newest deploy before a step that left nothing but the release in an environment: the step, the environment, and
    /// the tag under which that can be deployed again.
    pub fn deployed_before(&self, step: usize) -> Option<(usize, &str, &str)> {
        self.deployed(step).next()
    }

    /// The same of one environment: the step, and the tag.
    pub fn deployed_to(&self, environment: &str, before: usize) -> Option<(usize, &str)> {
        let mut deployed = self.deployed(before).filter(|(_, to, _)| *to == environment);
        deployed.next().map(|(step, _, tag)| (step, tag))
    }

    fn deployed(&self, before: usize) -> impl Iterator<Item = (usize, &str, &str)> {
        let plan = &self.spec.plan;
        (0..before).rev().filter_map(|deploy| {
            let planned = plan.step(deploy)?;
            let environment = planned.deploys_to()?;
            let (Outcome::Deployed { proof, .. }, _) = self.state.step(deploy).rollout.here.as_ref()? else {
                return None;
            };
            planned.replaces_all().then(|| (deploy, environment, self.tag_deployed(deploy, &proof.git_ref)))
        })
    }

    /// `api v2.2.0`, or `api production back to v2.1.1`.
    pub fn name(&self) -> String {
        if let ReleaseKind::RollBack { environment, .. } = &self.spec.kind {
            return format!("{} {environment} back to {}", self.spec.project, self.spec.tag);
        }
        format!("{} {}", self.spec.project, self.spec.tag)
    }

    /// When it should be over: some time after the last of its dates at least, which days off and people may have moved.
    pub fn target(&self) -> DateTime<Utc> {
        let target = self.spec.at + Duration::minutes(self.spec.target_minutes);
        let last = self.state.dates.0.values().max();
        last.map_or(target, |last| target.max(*last + AFTER_LAST_DATE))
    }

    /// The dates to come, in their order: those for which everything is done already are left out.
    pub fn dates_ahead(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, &str)> {
        let plan = &self.spec.plan;
        let open = |name: &str| {
            let mut steps = (0..plan.steps.len()).filter(|&step| plan.date_of(step) == Some(name)).peekable();
            steps.peek().is_none() || steps.any(|step| !self.state.step(step).is_over())
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

    /// Whether no person asked for it: the bot took up a branch that somebody had made by hand.
    pub fn nobody_asked(&self) -> bool {
        self.spec.adopted.is_some() && self.spec.requester == fact::THE_BOT
    }

    /// The commit that is decided on at a step: the newest known one of the branch that its stage watches.
    pub fn head_at(&self, step: usize) -> &str {
        let watched = self.spec.plan.stage_of(step).and_then(|stage| stage.of.as_ref());
        let other = watched.and_then(|branch| self.state.heads.get(branch));
        other.map_or_else(|| self.head(), String::as_str)
    }

    /// The commit that is decided on at a gate.
    pub fn commit_at(&self, gate: &Gate) -> &str {
        self.spec.plan.gate(&gate.name).map_or_else(|| self.head(), |(step, _)| self.head_at(step))
    }

    /// What came to the branch on which a gate decides after it stood at this commit, oldest first, as far as it is known.
    pub fn came_since(&self, gate: &Gate, commit: &str) -> Option<Vec<&NewCommit>> {
        let stage = self.spec.plan.gate(&gate.name).and_then(|(step, _)| self.spec.plan.stage_of(step));
        let of = stage.and_then(|stage| stage.of.as_deref());
        let moves = self.facts.iter().filter_map(|recorded| {
            let Fact::HeadMoved { branch, from, commits, .. } = &recorded.fact else { return None };
            (branch.as_deref() == of).then_some((from, commits))
        });
        let mut later = moves.skip_while(|(from, _)| !is_same(from, commit)).peekable();
        later.peek()?;
        Some(later.flat_map(|(_, commits)| commits).collect())
    }

    /// The commit of another branch on which an earlier stage decided.
    pub fn decided_on(&self, branch: &str, step: usize) -> Option<&str> {
        let plan = &self.spec.plan;
        let stage = plan.steps.get(step)?.stage;
        let watched = plan.stages.iter().take(stage).any(|stage| stage.of.as_deref() == Some(branch));
        self.state.heads.get(branch).filter(|_| watched).map(String::as_str)
    }
}

/// What a step is called that the plan does not have.
fn not_planned(step: usize) -> String {
    format!("step {}, which is not in the plan", step + 1)
}
