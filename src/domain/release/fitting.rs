//! Whether what happened to a release is of the plan that it follows: a fact may be damaged, or of another program.

use thiserror::Error;

use super::{
    Release, ReleaseSpec,
    fact::{Fact, Missing, Recorded},
};

/// A fact names a step that the plan does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a fact names step {}, and the plan has {steps}", step + 1)]
pub struct Unplanned {
    /// The step's index.
    pub step: usize,
    /// How many steps there are.
    pub steps: usize,
}

impl Release {
    /// Puts a release together from what is stored.
    ///
    /// # Errors
    /// The first fact that is not of its plan.
    pub fn read(spec: ReleaseSpec, facts: Vec<Recorded>) -> Result<Self, Unplanned> {
        facts.iter().try_for_each(|recorded| fits(&spec, &recorded.fact))?;
        Ok(Self::new(spec, facts))
    }

    /// Adds a fact that was stored.
    ///
    /// # Errors
    /// When it is not of its plan.
    pub fn take(&mut self, recorded: Recorded) -> Result<(), Unplanned> {
        fits(&self.spec, &recorded.fact)?;
        self.add(recorded);
        Ok(())
    }
}

fn fits(spec: &ReleaseSpec, fact: &Fact) -> Result<(), Unplanned> {
    let steps = spec.plan.steps.len();
    match steps_of(fact).into_iter().find(|step| *step >= steps) {
        Some(step) => Err(Unplanned { step, steps }),
        None => Ok(()),
    }
}

/// The steps that a fact names.
fn steps_of(fact: &Fact) -> Vec<usize> {
    match fact {
        Fact::Started { step }
        | Fact::Done { step, .. }
        | Fact::Failed { step, .. }
        | Fact::Proposed { step, .. }
        | Fact::Seen { step, .. }
        | Fact::Unseen { step, .. }
        | Fact::Asked { step }
        | Fact::RetryAsked { step, .. }
        | Fact::SkipAsked { step, .. }
        | Fact::Skipped { step, .. }
        | Fact::Overtaken { step, .. }
        | Fact::Reminded { step, .. }
        | Fact::Escalated { step, .. } => vec![*step],
        Fact::Missed { step, missing, .. } => {
            let missing = missing.iter().filter_map(|missing| match missing {
                Missing::Step(step) | Missing::Late(step) => Some(*step),
                Missing::Around(_) | Missing::NotRunning | Missing::Stopped(_) | Missing::Obstacle(_) => None,
            });
            missing.chain([*step]).collect()
        }
        Fact::Ruled { hindrances, .. } => hindrances.iter().map(|found| found.step).collect(),
        Fact::Watched { .. }
        | Fact::TargetNear { .. }
        | Fact::TargetMissed { .. }
        | Fact::HeadMoved { .. }
        | Fact::Authored { .. }
        | Fact::Reviewed { .. }
        | Fact::MergedOtherwise { .. }
        | Fact::Ticked { .. }
        | Fact::Approved { .. }
        | Fact::Rejected { .. }
        | Fact::Withdrawn { .. }
        | Fact::ReviewPassedOver { .. }
        | Fact::Waived { .. }
        | Fact::MergeAsked { .. }
        | Fact::Moved { .. }
        | Fact::Story { .. }
        | Fact::StoriesDiffer { .. }
        | Fact::Rebuilt { .. }
        | Fact::Cancelled { .. }
        | Fact::CleanUp { .. }
        | Fact::Finished => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::samples::{compare, minute, one_stage};

    #[test]
    fn a_fact_of_another_plan_is_refused() {
        let release = one_stage("{ do = \"tag\", name = \"{tag}\", message = \"\" }, { do = \"notes\" }");
        let missed = |missing| Fact::Missed { step: 1, at: minute(0), missing };
        let rows = [
            ("a step of the plan", Fact::Asked { step: 1 }, None),
            ("one more", Fact::Asked { step: 2 }, Some(2)),
            ("any other", Fact::Started { step: 999 }, Some(999)),
            ("it was missing", missed(vec![Missing::Step(0), Missing::Late(3)]), Some(3)),
            ("nothing of the plan was missing", missed(vec![Missing::NotRunning]), None),
            ("what names no step", Fact::Finished, None),
        ];
        compare(rows.map(|(about, fact, unplanned)| {
            let read = Release::read(release.spec.clone(), vec![Recorded { at: minute(0), fact }]);
            (about, read.map(|_| ()), unplanned.map_or(Ok(()), |step| Err(Unplanned { step, steps: 2 })))
        }));
    }
}
