//! What the tables call the parts of a deploy: it is one step, and each of its phases has a name of its own.

use crate::domain::release::{
    Release,
    plan::{OnFailure, Step},
    rollout::Phase,
};

/// A part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
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
pub fn parts(step: &Step) -> Vec<(Part, String)> {
    let Some(settling) = step.settling() else { return vec![(Part::Whole, called(step))] };
    let mut parts = vec![];
    if settling.deploys {
        parts.extend([Part::Ask, Part::End]);
    }
    parts.extend(settling.soak.map(|_| Part::Soak));
    parts.extend(settling.watch.map(|_| Part::Watch));
    match settling.on_failure {
        OnFailure::Leave => {}
        OnFailure::Hold => parts.push(Part::Hold),
        OnFailure::RollBack { .. } => parts.extend([Part::AskBack, Part::Back]),
    }
    parts.into_iter().map(|part| (part, format!("{}{}", prefix(part), settling.environment))).collect()
}

fn prefix(part: Part) -> &'static str {
    match part {
        Part::Ask => "ask-",
        Part::Soak => "soak-",
        Part::Watch => "watch-",
        Part::AskBack => "ask-back-",
        Part::Back => "back-",
        Part::Hold => "hold-",
        Part::Whole | Part::End => "",
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
pub fn all(release: &Release) -> Vec<(usize, Part, String)> {
    let mut all: Vec<(usize, Part, String)> = vec![];
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
pub fn name(release: &Release, step: usize, part: Part) -> String {
    let all = all(release);
    let found = all.iter().find(|(index, of, _)| (*index, *of) == (step, part));
    found.or_else(|| all.iter().find(|(index, ..)| *index == step)).map(|(_, _, name)| name.clone()).unwrap_or_default()
}

/// The step and the part that are called so.
pub fn named(release: &Release, name: &str) -> (usize, Part) {
    let all = all(release);
    let found = all.iter().find(|(_, _, known)| known == name);
    found.map(|(index, part, _)| (*index, *part)).unwrap_or_else(|| panic!("no step {name} in {all:?}"))
}

/// The part that a step is at.
pub fn at(release: &Release, step: usize) -> Part {
    let Some(settling) = release.spec.plan.settling(step) else { return Part::Whole };
    match (release.phase(step), settling.on_failure) {
        (Phase::Planned, _) => Part::Ask,
        (Phase::Soaking, _) => Part::Soak,
        (Phase::Watching, _) => Part::Watch,
        (Phase::Failed, OnFailure::Hold) => Part::Hold,
        (Phase::Failed, _) => Part::AskBack,
        (Phase::RollingBack, _) => Part::Back,
        // A person decides about the deploy, or about what was watched.
        (Phase::RolledBack | Phase::Held | Phase::Unanswered, _)
            if release.state.steps[step].rollout.here.is_some() =>
        {
            Part::Watch
        }
        (Phase::Deploying | Phase::Settled | Phase::RolledBack | Phase::Held | Phase::Unanswered, _) => Part::End,
    }
}

/// The parts of a step that are over.
pub fn over(release: &Release, step: usize, part: Part) -> bool {
    let (state, phase) = (&release.state.steps[step], release.phase(step));
    let past = |phases: &[Phase]| phases.contains(&phase);
    match part {
        Part::Whole => state.is_over(),
        Part::Ask => state.rollout.is_asked() || state.is_over(),
        Part::End => state.rollout.here.is_some() || state.is_over(),
        Part::Soak => past(&[Phase::Watching]) || state.is_over(),
        Part::Watch => state.is_over(),
        Part::AskBack => state.rollout.back.is_some(),
        Part::Back => phase == Phase::RolledBack,
        Part::Hold => phase == Phase::Held,
    }
}
