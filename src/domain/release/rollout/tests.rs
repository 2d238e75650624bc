//! A deploy's phases: what happens, and what follows from it.

use super::{Misfit, Phase, RolloutEvent, after};
use crate::domain::release::{
    plan::{OnFailure, Settling},
    samples::{compare, happened, one_stage},
};

const LEAVE: &OnFailure = &OnFailure::Leave;
const HOLD: &OnFailure = &OnFailure::Hold;
const BACK: &OnFailure = &OnFailure::RollBack { inputs: std::collections::BTreeMap::new() };

fn deploy(soak: bool, watch: bool, on_failure: &'static OnFailure) -> Settling<'static> {
    let (soak, watch) = (soak.then_some("1h"), watch.then_some("15m"));
    Settling { environment: "production", soak, watch, on_failure, deploys: true }
}

type RolloutRow = (&'static str, Phase, RolloutEvent, Settling<'static>, Result<Phase, ()>);

#[test]
fn what_follows_from_what_happens() {
    let plain = deploy(false, false, LEAVE);
    let rows: Vec<RolloutRow> = vec![
        ("CD is asked", Phase::Planned, RolloutEvent::Asked, plain, Ok(Phase::Deploying)),
        (
            "the request failed: it is still to be asked",
            Phase::Planned,
            RolloutEvent::Failed,
            plain,
            Ok(Phase::Planned),
        ),
        ("it came, and nothing is left", Phase::Deploying, RolloutEvent::Arrived, plain, Ok(Phase::Settled)),
        (
            "it came, and has to run",
            Phase::Deploying,
            RolloutEvent::Arrived,
            deploy(true, true, LEAVE),
            Ok(Phase::Soaking),
        ),
        (
            "it came, and is watched",
            Phase::Deploying,
            RolloutEvent::Arrived,
            deploy(false, true, LEAVE),
            Ok(Phase::Watching),
        ),
        (
            "it ran, and is watched",
            Phase::Soaking,
            RolloutEvent::Passed,
            deploy(true, true, LEAVE),
            Ok(Phase::Watching),
        ),
        (
            "it ran, and that was all",
            Phase::Soaking,
            RolloutEvent::Passed,
            deploy(true, false, LEAVE),
            Ok(Phase::Settled),
        ),
        ("it did well", Phase::Watching, RolloutEvent::Passed, deploy(false, true, BACK), Ok(Phase::Settled)),
        ("it failed, a person decides", Phase::Deploying, RolloutEvent::Failed, plain, Ok(Phase::Deploying)),
        (
            "it failed and is to go back",
            Phase::Deploying,
            RolloutEvent::Failed,
            deploy(false, false, BACK),
            Ok(Phase::Failed),
        ),
        (
            "it failed and is to be held",
            Phase::Deploying,
            RolloutEvent::Failed,
            deploy(false, false, HOLD),
            Ok(Phase::Failed),
        ),
        (
            "it did badly and is to go back",
            Phase::Watching,
            RolloutEvent::Failed,
            deploy(false, true, BACK),
            Ok(Phase::Failed),
        ),
        (
            "it did badly, a person decides",
            Phase::Watching,
            RolloutEvent::Failed,
            deploy(false, true, LEAVE),
            Ok(Phase::Watching),
        ),
        (
            "CD is asked to go back",
            Phase::Failed,
            RolloutEvent::Asked,
            deploy(false, false, BACK),
            Ok(Phase::RollingBack),
        ),
        ("it went back", Phase::RollingBack, RolloutEvent::Arrived, deploy(false, false, BACK), Ok(Phase::RolledBack)),
        (
            "it did not go back",
            Phase::RollingBack,
            RolloutEvent::Failed,
            deploy(false, false, BACK),
            Ok(Phase::RollingBack),
        ),
        ("it is held", Phase::Failed, RolloutEvent::Passed, deploy(false, false, HOLD), Ok(Phase::Held)),
        (
            "the roll-back is passed over",
            Phase::Failed,
            RolloutEvent::Skipped,
            deploy(false, false, BACK),
            Ok(Phase::Unanswered),
        ),
        (
            "… while it goes on",
            Phase::RollingBack,
            RolloutEvent::Skipped,
            deploy(false, false, BACK),
            Ok(Phase::Unanswered),
        ),
        (
            "a deploy is passed over: the step says so",
            Phase::Deploying,
            RolloutEvent::Skipped,
            plain,
            Ok(Phase::Deploying),
        ),
        (
            "what was rolled back came after all",
            Phase::RolledBack,
            RolloutEvent::Arrived,
            deploy(false, false, BACK),
            Ok(Phase::Settled),
        ),
        (
            "what was held came after all",
            Phase::Held,
            RolloutEvent::Arrived,
            deploy(true, false, HOLD),
            Ok(Phase::Soaking),
        ),
        ("nothing was asked that could come", Phase::Planned, RolloutEvent::Arrived, plain, Err(())),
        ("it is asked once", Phase::Deploying, RolloutEvent::Asked, plain, Err(())),
        ("what is there is not asked for", Phase::Settled, RolloutEvent::Asked, plain, Err(())),
        ("what is held is not rolled back", Phase::Failed, RolloutEvent::Asked, deploy(false, false, HOLD), Err(())),
        (
            "what is rolled back is not merely held",
            Phase::Failed,
            RolloutEvent::Passed,
            deploy(false, false, BACK),
            Err(()),
        ),
        ("time passes over no deploy", Phase::Deploying, RolloutEvent::Passed, plain, Err(())),
        ("what soaks does not come twice", Phase::Soaking, RolloutEvent::Arrived, deploy(true, false, LEAVE), Err(())),
    ];
    compare(rows.into_iter().map(|(about, phase, event, settling, expected)| {
        (about, after(phase, event, settling).map_err(drop), expected)
    }));
    let misfit = after(Phase::Planned, RolloutEvent::Arrived, plain);
    assert_eq!(
        misfit.map_err(|misfit| misfit.to_string()),
        Err("a deploy that is Planned takes no Arrived".to_owned())
    );
}

#[test]
fn what_does_not_fit_changes_nothing_and_is_known() {
    let deploy = r#"{ do = "deploy", environment = "staging", git-ref = "{tag}" }"#;
    let stands = |history: &str| {
        let release = happened(one_stage(deploy), history);
        (release.phase(0), release.state.steps[0].rollout.misfit)
    };
    let misfit = Misfit { phase: Phase::Planned, event: RolloutEvent::Arrived };
    assert_eq!(stands("came staging 2.2.0"), (Phase::Planned, Some(misfit)));
    assert_eq!(stands("came staging 2.2.0; done ask-staging"), (Phase::Deploying, None), "what fits goes on");
}
