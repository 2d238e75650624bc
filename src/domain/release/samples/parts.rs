//! What the tables call the parts of a deploy: it is one step, and each of its phases has a name of its own.

use crate::domain::release::{
    Release,
    plan::{OnFailure, Step},
    rollout::Phase,
};

/// A part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryPart {
    /// All of a step that is no deploy.
    Whole,
    /// `ask-staging`
    Ask,
    /// `staging`
    End,
    /// `soak-staging`
    Soak,
    /// `watch-staging`
    Watch,
    /// `ask-back-staging`
    AskBack,
    /// `back-staging`
    Back,
    /// `hold-staging`
    Hold,
}

/// The parts of a step, each with its name.
pub fn parts(step: &Step) -> Vec<(HistoryPart, String)> {
    let Some(settling) = step.settling() else { return vec![(HistoryPart::Whole, called(step))] };
    let mut parts = vec![];
    if settling.deploys {
        parts.extend([HistoryPart::Ask, HistoryPart::End]);
    }
    parts.extend(settling.soak.map(|_| HistoryPart::Soak));
    parts.extend(settling.watch.map(|_| HistoryPart::Watch));
    match settling.on_failure {
        OnFailure::Leave => {}
        OnFailure::Hold => parts.push(HistoryPart::Hold),
        OnFailure::RollBack { .. } => parts.extend([HistoryPart::AskBack, HistoryPart::Back]),
    }
    parts.into_iter().map(|part| (part, format!("{}{}", prefix(part), settling.environment))).collect()
}

fn prefix(part: HistoryPart) -> &'static str {
    match part {
        HistoryPart::Ask => "ask-",
        HistoryPart::Soak => "soak-",
        HistoryPart::Watch => "watch-",
        HistoryPart::AskBack => "ask-back-",
        HistoryPart::Back => "back-",
        HistoryPart::Hold => "hold-",
        HistoryPart::Whole | HistoryPart::End => "",
    }
}

/// What the tables call a step as a whole.
pub fn called(step: &Step) -> String {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    match step {
        Step::Deploy { environment, .. } => environment.clone(),
        Step::Settle { environment, soak: Some(_), .. } => format!("soak-{environment}"),
        Step::Settle { environment, .. } => format!("watch-{environment}"),
        Step::Announce { what, .. } => format!("tell-{}", word(&serde_json::json!(what))),
        Step::SignOff(gate) => gate.name.clone(),
        Step::Tag { of: crate::domain::release::plan::Tagged::CatchUp, .. } => "catch-up-tag".into(),
        other => word(&serde_json::json!(other)["do"]),
    }
}

/// Every part of every step, with its step: `tag`, `ask-staging`, `staging`; the second of the same is `tag/2`.
pub fn all(release: &Release) -> Vec<(usize, HistoryPart, String)> {
    let mut all: Vec<(usize, HistoryPart, String)> = vec![];
    for (index, planned) in release.spec.plan.steps.iter().enumerate() {
        for (part, name) in parts(&planned.step) {
            let before = all.iter().filter(|(_, _, known)| known.split('/').next() == Some(&name)).count();
            let name = if before == 0 { name } else { format!("{name}/{}", before + 1) };
            all.push((index, part, name));
        }
    }
    all
}

/// The name of a step's part.
pub fn name(release: &Release, step: usize, part: HistoryPart) -> String {
    let all = all(release);
    let found = all.iter().find(|(index, of, _)| (*index, *of) == (step, part));
    found.or_else(|| all.iter().find(|(index, ..)| *index == step)).map(|(_, _, name)| name.clone()).unwrap_or_default()
}

/// The step and the part that are called so.
pub fn named(release: &Release, name: &str) -> (usize, HistoryPart) {
    let all = all(release);
    let found = all.iter().find(|(_, _, known)| known == name);
    found.map(|(index, part, _)| (*index, *part)).unwrap_or_else(|| panic!("no step {name} in {all:?}"))
}

/// The part that a step is at.
pub fn at(release: &Release, step: usize) -> HistoryPart {
    let Some(settling) = release.spec.plan.settling(step) else { return HistoryPart::Whole };
    match (release.phase(step), settling.on_failure) {
        (Phase::Planned, _) => HistoryPart::Ask,
        (Phase::Soaking, _) => HistoryPart::Soak,
        (Phase::Watching, _) => HistoryPart::Watch,
        (Phase::Failed, OnFailure::Hold) => HistoryPart::Hold,
        (Phase::Failed, _) => HistoryPart::AskBack,
        (Phase::RollingBack, _) => HistoryPart::Back,
        // A person decides about the deploy, or about what was watched.
        (Phase::RolledBack | Phase::Held | Phase::Unanswered, _)
            if release.state.steps[step].rollout.here.is_some() =>
        {
            HistoryPart::Watch
        }
        (Phase::Deploying | Phase::Settled | Phase::RolledBack | Phase::Held | Phase::Unanswered, _) => {
            HistoryPart::End
        }
    }
}

/// The parts of a step that are over.
pub fn over(release: &Release, step: usize, part: HistoryPart) -> bool {
    let (state, phase) = (&release.state.steps[step], release.phase(step));
    let past = |phases: &[Phase]| phases.contains(&phase);
    match part {
        HistoryPart::Whole => state.is_over(),
        HistoryPart::Ask => state.rollout.is_asked() || state.is_over(),
        HistoryPart::End => state.rollout.here.is_some() || state.is_over(),
        HistoryPart::Soak => past(&[Phase::Watching]) || state.is_over(),
        HistoryPart::Watch => state.is_over(),
        HistoryPart::AskBack => state.rollout.back.is_some(),
        HistoryPart::Back => phase == Phase::RolledBack,
        HistoryPart::Hold => phase == Phase::Held,
    }
}
