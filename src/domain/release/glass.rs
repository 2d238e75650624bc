//! Breaking the glass: who may go past a gate that leads to production, and what is looked at afterwards because of it.

use chrono::{DateTime, Utc};

use super::{
    Release,
    fact::Fact,
    plan::{PlannedStep, Step},
};

/// Somebody asked to go past a gate, and nobody has agreed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassAsked {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The commit that would have been decided on.
    pub commit: String,
}

/// A gate that two people went past, and that somebody still has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenGlass {
    /// The gate's step.
    pub step: usize,
    /// What the gate is called.
    pub title: String,
    /// The two.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Release {
    /// Whether a deploy to production follows a step.
    pub fn leads_to_production(&self, step: usize) -> bool {
        let plan = &self.spec.plan;
        let follows = plan.steps.iter().skip(step + 1).filter_map(|planned| planned.step.deploys_to());
        follows.into_iter().any(|environment| plan.is_production(environment))
    }

    /// Whether one person alone cannot go past a step: it is a gate on the way to production.
    pub fn takes_two(&self, step: usize) -> bool {
        let planned = self.spec.plan.steps.get(step);
        let gate = planned.is_some_and(|PlannedStep { step, .. }| matches!(step, Step::SignOff(_)));
        gate && self.leads_to_production(step)
    }

    /// Who asked to go past a gate as it stands now.
    pub fn glass_asked(&self, step: usize) -> Option<&GlassAsked> {
        let asked = self.state.steps.get(step)?.glass.as_ref()?;
        (asked.commit == self.head_at(step)).then_some(asked)
    }

    /// The gates that two people went past and that nobody has looked at since.
    pub fn to_review(&self) -> Vec<BrokenGlass> {
        let mut open: Vec<BrokenGlass> = vec![];
        for recorded in &self.facts {
            match &recorded.fact {
                Fact::Skipped { step, by, reason, second: Some(second) } => open.push(BrokenGlass {
                    step: *step,
                    title: self.title_of(*step),
                    by: format!("{by} and {second}"),
                    reason: reason.clone(),
                    at: recorded.at,
                }),
                fact => open.retain(|glass| !matches!(fact, Fact::Reviewed { step, .. } if *step == glass.step)),
            }
        }
        open
    }
}
