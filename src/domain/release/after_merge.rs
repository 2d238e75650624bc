//! What follows the release's merge without another word of anybody.

use super::{Release, plan::Step};

impl Release {
    /// The production that what is merged goes to at once: no gate and no date stands between.
    pub fn deploys_at_merge(&self) -> Option<&str> {
        let plan = &self.spec.plan;
        let merge = plan.find(|step| matches!(step, Step::AwaitMerge { .. }))?;
        let beside = |stage: usize| plan.stages.get(stage).is_some_and(|stage| stage.background);
        let mut later = plan.steps.iter().skip(merge + 1).filter(|planned| !beside(planned.stage));
        let first = later.find(|planned| {
            let step = &planned.step;
            step.gate().is_some() || step.deploys_to().is_some() || matches!(step, Step::AwaitTime { .. })
        })?;
        first.step.deploys_to().filter(|place| plan.is_production(place))
    }
}
