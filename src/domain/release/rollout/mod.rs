//! How a deploy goes, from before CD is asked until it has proved itself or was answered: one state, and one function that
//! says what follows from what happens.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{
    fact::Outcome,
    failure::Failure,
    plan::{OnFailure, Settling},
};

/// Where a deploy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// CD has not been asked.
    #[default]
    Planned,
    /// CD has been asked, and its end is waited for.
    Deploying,
    /// It is there, and has to run for some time.
    Soaking,
    /// It is there, and a bad signal would be a failure.
    Watching,
    /// It is there, and nothing is left to wait for.
    Settled,
    /// It failed for good, and the answer that the plan has is still to be given.
    Failed,
    /// CD has been asked to bring back what ran before, and the end of that is waited for.
    RollingBack,
    /// What ran before runs again; a person decides how it goes on.
    RolledBack,
    /// It failed, and nothing else is let into the environment; a person decides how it goes on.
    Held,
    /// It failed, and somebody went past the answer; a person decides how it goes on.
    Unanswered,
}

/// What happens to a deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolloutEvent {
    /// CD was asked: for the deploy, or for the roll-back.
    Asked,
    /// What CD was asked for is there.
    Arrived,
    /// A time is over, or something is done that needs no CD.
    Passed,
    /// What it is at failed for good.
    Failed,
    /// Somebody went past it.
    Skipped,
}

/// What happened does not fit to where the deploy was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit {
    /// Where it was.
    pub phase: Phase,
    /// What happened.
    pub event: RolloutEvent,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a deploy that is {:?} takes no {:?}", self.phase, self.event)
    }
}

/// What CD was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// The run or deployment, or what CD is expected to report.
    pub made: Outcome,
    /// When it was known.
    pub at: DateTime<Utc>,
}

/// How a deploy stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rollout {
    phase: Phase,
    /// What CD was asked to deploy.
    pub asked: Option<Requested>,
    /// What came there, and when.
    pub here: Option<(Outcome, DateTime<Utc>)>,
    /// What CD was asked to bring back.
    pub back: Option<Requested>,
    /// What went wrong, once that is answered.
    pub failure: Option<Failure>,
    /// The build that came back.
    pub returned: Option<String>,
    /// What happened last, if it did not fit.
    pub misfit: Option<Misfit>,
}

impl Rollout {
    /// Where it is.
    pub fn phase(&self, settling: Settling<'_>) -> Phase {
        match self.phase {
            // What only watches has nothing to ask for.
            Phase::Planned if !settling.deploys => first(settling),
            phase => phase,
        }
    }

    /// Whether CD was ever asked for it.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether its failure is being answered, or was.
    pub fn is_answered(&self) -> bool {
        self.failure.is_some()
    }

    /// The builds that CD was asked for, or that came.
    pub fn builds(&self) -> impl Iterator<Item = &str> {
        let asked = [&self.asked, &self.back].into_iter().flatten().filter_map(|asked| asked.made.build());
        let here = self.here.as_ref().and_then(|(here, _)| {
            let Outcome::Deployed { build, .. } = here else { return None };
            Some(build.as_str())
        });
        asked.chain(here).chain(self.returned.as_deref())
    }

    /// Takes in what happened; whether that moved it on.
    pub(super) fn take(&mut self, settling: Settling<'_>, event: RolloutEvent) -> bool {
        let phase = self.phase(settling);
        match after(phase, event, settling) {
            Ok(next) => {
                self.misfit = None;
                self.phase = next;
                next != phase
            }
            Err(misfit) => {
                self.misfit = Some(misfit);
                false
            }
        }
    }

    /// Goes back to an earlier phase, because it is tried once more.
    pub(super) fn resume(&mut self, phase: Phase) {
        self.phase = phase;
    }
}

/// What a deploy waits for right after it came.
fn first(settling: Settling<'_>) -> Phase {
    match (settling.soak, settling.watch) {
        (Some(_), _) => Phase::Soaking,
        (None, Some(_)) => Phase::Watching,
        (None, None) => Phase::Settled,
    }
}

/// Where a deploy is after something happened.
///
/// # Errors
/// When that cannot happen there.
pub fn after(phase: Phase, event: RolloutEvent, settling: Settling<'_>) -> Result<Phase, Misfit> {
    let answer = settling.on_failure;
    Ok(match (phase, event) {
        (Phase::Planned, RolloutEvent::Asked) => Phase::Deploying,
        (Phase::Deploying, RolloutEvent::Arrived) => first(settling),
        // Whatever was answered, it came after all: somebody had CD try it once more.
        (Phase::Failed | Phase::RolledBack | Phase::Held | Phase::Unanswered, RolloutEvent::Arrived) => first(settling),
        (Phase::Soaking, RolloutEvent::Passed) if settling.watch.is_some() => Phase::Watching,
        (Phase::Soaking | Phase::Watching, RolloutEvent::Passed) => Phase::Settled,
        (Phase::Deploying | Phase::Watching, RolloutEvent::Failed) if *answer != OnFailure::Leave => Phase::Failed,
        (Phase::Failed, RolloutEvent::Asked) if matches!(answer, OnFailure::RollBack { .. }) => Phase::RollingBack,
        (Phase::RollingBack, RolloutEvent::Arrived) => Phase::RolledBack,
        (Phase::Failed, RolloutEvent::Passed) if *answer == OnFailure::Hold => Phase::Held,
        // Whoever goes past a roll-back leaves what failed there.
        (Phase::Failed | Phase::RollingBack, RolloutEvent::Skipped) => Phase::Unanswered,
        // It is over, or stays where it failed; the step says so.
        (_, RolloutEvent::Skipped | RolloutEvent::Failed) => phase,
        (_, RolloutEvent::Asked | RolloutEvent::Arrived | RolloutEvent::Passed) => return Err(Misfit { phase, event }),
    })
}

impl RolloutEvent {
    /// What a deploy's outcome means.
    pub fn of(made: &Outcome) -> Self {
        match made {
            Outcome::Run { .. } | Outcome::Deployment { .. } | Outcome::Expected { .. } => Self::Asked,
            Outcome::Deployed { .. } => Self::Arrived,
            Outcome::Nothing
            | Outcome::Branch { .. }
            | Outcome::Notes { .. }
            | Outcome::Tag { .. }
            | Outcome::PullRequest { .. }
            | Outcome::Fix { .. }
            | Outcome::Merged { .. }
            | Outcome::Page { .. }
            | Outcome::BackMerge(_)
            | Outcome::Stories { .. }
            | Outcome::Overlap { .. }
            | Outcome::Merge { .. }
            | Outcome::Drift { .. } => Self::Passed,
        }
    }
}

#[cfg(test)]
mod tests;
