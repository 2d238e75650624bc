//! What a release's facts mean to those who look after what goes wrong with a deploy: of most of them nothing, of a few
//! that it failed, is taken back, or is there after all.

use super::{
    deploy::report::Status,
    release::{
        Release, ReleaseKind,
        fact::{Fact, Outcome, THE_BOT},
        plan::OnFailure,
        rollout::{Phase, RolloutEvent},
        setback::Setback,
    },
};

/// How a deploy to an environment has gone on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployTurn {
    /// The environment.
    pub environment: String,
    /// What happened.
    pub what: What,
}

/// What happened to a deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It has been asked for; the page of its run, if it has one.
    Begun(Option<String>),
    /// It is there, and nothing else runs there any more.
    There,
    /// It failed, and is not tried again by itself.
    Failed(FailedDeploy),
    /// It is taken back now: to which version, and the page of that run.
    TakesBack {
        /// The version that comes back.
        to: String,
        /// The page.
        url: Option<String>,
        /// Whether people have to have their CD do it.
        by_hand: bool,
    },
    /// It has been taken back: this runs again.
    Back {
        /// The version that runs.
        to: String,
    },
    /// It could not be taken back, and why.
    NotBack(Setback),
    /// Nothing else is let into the environment.
    Held,
    /// Somebody has it tried again.
    Again(String),
    /// Somebody went past it.
    Passed {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Whether it was the deploy itself; whoever goes past a roll-back leaves what failed there.
        deploy: bool,
    },
    /// Somebody ended the release, and why.
    Ended(String, String),
}

/// How a deploy failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedDeploy {
    /// Why.
    pub problem: Setback,
    /// Whether what was deployed did badly, rather than did not get there.
    pub watched: bool,
    /// What the release does about it.
    pub answer: Answer,
}

/// What a release does by itself about a deploy that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It waits for a person.
    Waits,
    /// It takes it back.
    RollsBack,
    /// It lets nothing else into the environment.
    Holds,
}

impl What {
    /// How the deploy stands from now on, if that changes.
    pub fn status(&self) -> Option<Status> {
        match self {
            Self::Begun(_) => Some(Status::Started),
            Self::There => Some(Status::Succeeded),
            Self::Failed(_) | Self::NotBack(_) => Some(Status::Failed),
            Self::Back { .. } => Some(Status::RolledBack),
            Self::TakesBack { .. } | Self::Held | Self::Again(_) | Self::Passed { .. } | Self::Ended(..) => None,
        }
    }

    /// Whether somebody has to look at it.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::NotBack(_) | Self::TakesBack { .. } | Self::Held)
    }

    /// Whether nothing is wrong any more.
    pub fn is_right(&self) -> bool {
        matches!(self, Self::There | Self::Back { .. } | Self::Passed { deploy: true, .. })
    }
}

/// What follows from a fact that the release has just recorded.
pub fn turns(release: &Release, fact: &Fact) -> Vec<DeployTurn> {
    let turn = |environment: &str, what| DeployTurn { environment: environment.to_owned(), what };
    if let Fact::Cancelled { by, reason, .. } = fact {
        let ended = |environment| turn(environment, What::Ended(by.clone(), reason.clone()));
        return release.spec.plan.environments().into_iter().map(ended).collect();
    }
    let Some((step, what)) = of_step(release, fact) else { return vec![] };
    release.spec.plan.environment_of(step).map(|environment| turn(environment, what)).into_iter().collect()
}

/// What a fact means for the deploy of its step.
fn of_step(release: &Release, fact: &Fact) -> Option<(usize, What)> {
    if let Fact::Done { step, made } = fact {
        return Some((*step, done(release, *step, made)?));
    }
    if let Fact::Failed { step, problem, retry_at: None, .. } = fact {
        return Some((*step, failed(release, *step, problem)?));
    }
    if let Fact::RetryAsked { step, by } = fact {
        return (by != THE_BOT).then(|| (*step, What::Again(by.clone())));
    }
    let Fact::Skipped { step, by, reason, .. } = fact else { return None };
    let deploy = release.state.steps.get(*step).is_some_and(|state| state.skipped.is_some());
    Some((*step, What::Passed { by: by.clone(), reason: reason.clone(), deploy }))
}

fn done(release: &Release, step: usize, made: &Outcome) -> Option<What> {
    let settling = release.spec.plan.settling(step)?;
    let page = made.page_of_run().map(str::to_owned);
    let by_hand = matches!(made, Outcome::Expected { .. });
    match (release.phase(step), RolloutEvent::of(made)) {
        (Phase::Deploying, RolloutEvent::Asked) if !release.is_roll_back() => Some(What::Begun(page)),
        (Phase::Deploying | Phase::RollingBack, RolloutEvent::Asked) => {
            Some(What::TakesBack { to: made.build()?.to_owned(), url: page, by_hand })
        }
        (Phase::Held, _) => Some(What::Held),
        (phase, RolloutEvent::Arrived) if phase == Phase::RolledBack || release.is_roll_back() => {
            let Outcome::Deployed { build, .. } = made else { return None };
            Some(What::Back { to: build.clone() })
        }
        (_, RolloutEvent::Arrived) if settling.deploys => {
            release.spec.plan.steps.get(step)?.step.replaces_all().then_some(What::There)
        }
        (
            _,
            RolloutEvent::Asked
            | RolloutEvent::Arrived
            | RolloutEvent::Passed
            | RolloutEvent::Failed
            | RolloutEvent::Skipped,
        ) => None,
    }
}

/// What the failure of a step means, if it is one of a deploy or a roll-back.
pub fn failed(release: &Release, step: usize, problem: &Setback) -> Option<What> {
    let (settling, state) = (release.spec.plan.settling(step)?, release.state.steps.get(step)?);
    // A deploy that is answered has failed before: now its answer has.
    let answer_failed = state.rollout.is_answered() && state.failed.is_some();
    if release.is_roll_back() || answer_failed {
        return Some(What::NotBack(problem.clone()));
    }
    let watched = !settling.deploys || state.rollout.here.is_some();
    if !watched && !state.rollout.is_asked() {
        return None;
    }
    let answer = match settling.on_failure {
        OnFailure::Leave => Answer::Waits,
        OnFailure::Hold => Answer::Holds,
        OnFailure::RollBack { .. } => Answer::RollsBack,
    };
    Some(What::Failed(FailedDeploy { problem: problem.clone(), watched, answer }))
}

/// The tag of what a release deploys, or takes back.
pub fn tag_of(release: &Release) -> &str {
    match &release.spec.kind {
        ReleaseKind::RollBack { from, .. } => from,
        ReleaseKind::Regular | ReleaseKind::Hotfix { .. } => &release.spec.tag,
    }
}

/// Whether a release is stopped at a deploy to an environment that failed there.
pub fn has_failed(release: &Release, environment: &str) -> bool {
    let here = |step: usize| release.spec.plan.environment_of(step) == Some(environment);
    release.state.steps.iter().enumerate().any(|(step, state)| here(step) && state.is_stuck())
}

pub mod alert;
pub mod matter;
#[cfg(test)]
mod tests;
