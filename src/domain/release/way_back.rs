//! How an environment goes back from what a release brought there: what CD is told, as the release's own plan has it.

use std::collections::BTreeMap;

use super::{
    Release,
    plan::{OnFailure, Step, inputs_back},
};

/// What CD is told when an environment goes back from this release: what the newest of its deploys there says for that, or
/// else what that deploy was told. Nothing if the release deploys nothing there.
pub fn way_back(release: &Release, environment: &str) -> Option<BTreeMap<String, String>> {
    let plan = &release.spec.plan;
    let steps = || plan.steps.iter().zip(&release.state.steps).rev();
    let here = |planned: &Step| planned.deploys_to() == Some(environment);
    // What never came is nothing to come back from.
    let newest = steps()
        .find(|(planned, state)| here(&planned.step) && state.rollout.here.is_some())
        .or_else(|| steps().find(|(planned, state)| here(&planned.step) && state.rollout.is_asked()))
        .or_else(|| steps().find(|(planned, _)| here(&planned.step)));
    let Step::Deploy { inputs, on_failure, .. } = &newest?.0.step else { return None };
    Some(match on_failure {
        OnFailure::RollBack { inputs } if !inputs.is_empty() => inputs.clone(),
        OnFailure::RollBack { .. } | OnFailure::Hold | OnFailure::Leave => inputs_back(inputs.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::samples::{compare, happened, one_stage};

    const BESIDE: &str = r#"
      { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { slot = "idle" } },
      { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { action = "switch" }, on-failure = "roll-back", back = { action = "switch-back" } },
      { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { action = "retire", region = "north" } },
    "#;
    const SHARES: &str = r#"
      { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "5" }, on-failure = "roll-back" },
      { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "25" }, on-failure = "roll-back" },
    "#;

    #[test]
    fn what_cd_is_told_when_it_goes_back() {
        let rows = [
            (
                "the traffic was switched: it is switched back",
                BESIDE,
                "to production/3",
                "production",
                "action=switch-back",
            ),
            (
                "the old side is gone: it is deployed again",
                BESIDE,
                "to production/3; done production/3",
                "production",
                "region=north",
            ),
            ("nothing was switched yet", BESIDE, "to production/2", "production", ""),
            ("a share: all of the traffic goes back", SHARES, "to production/2", "production", "share=100"),
            ("nothing came yet", SHARES, "to production", "production", "share=100"),
            ("it goes somewhere else", SHARES, "to production", "staging", "nothing is known"),
        ];
        compare(rows.map(|(about, steps, history, environment, expected)| {
            let found = way_back(&happened(one_stage(steps), history), environment);
            let told = |inputs: BTreeMap<String, String>| {
                inputs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
            };
            (about, found.map_or("nothing is known".to_owned(), told), expected.to_owned())
        }));
    }
}
