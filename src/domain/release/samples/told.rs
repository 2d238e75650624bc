//! What a release does and how it stands, in a few words, so that a row of a table is one line.

use chrono::{DateTime, Utc};

use super::minute;
use crate::domain::release::{
    Ending, Release,
    fact::BackMerge,
    next::{Next, Wait},
    plan::Step,
};

/// Holds found against expected, row by row; what comes out otherwise is told all at once, each with its first column.
pub fn compare<T: PartialEq + std::fmt::Debug>(rows: impl IntoIterator<Item = (&'static str, T, T)>) {
    let wrong = rows.into_iter().filter(|(_, found, expected)| found != expected);
    let wrong: Vec<String> = wrong
        .map(|(about, found, expected)| format!("{about}\n  found    {found:?}\n  expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What the tables call the steps of a release: `ask-staging`, `staging`, `qa`, `tag`; the second of the same is `tag/2`.
pub fn names(release: &Release) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for planned in &release.spec.plan.steps {
        let name = called(&planned.step);
        let before = names.iter().filter(|known| known.split('/').next() == Some(&name)).count();
        names.push(if before == 0 { name } else { format!("{name}/{}", before + 1) });
    }
    names
}

/// The names of these steps.
pub fn named(release: &Release, steps: impl IntoIterator<Item = usize>) -> String {
    let names = names(release);
    steps.into_iter().map(|step| names[step].clone()).collect::<Vec<_>>().join(" ")
}

/// What the tables call a step.
pub fn called(step: &Step) -> String {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    match step {
        Step::StartDeploy { environment, .. } => format!("ask-{environment}"),
        Step::AwaitDeploy { environment } => environment.clone(),
        Step::StartRollBack { environment, .. } => format!("ask-back-{environment}"),
        Step::AwaitRollBack { environment } => format!("back-{environment}"),
        Step::Hold { environment } => format!("hold-{environment}"),
        Step::Soak { environment, .. } => format!("soak-{environment}"),
        Step::Watch { environment, .. } => format!("watch-{environment}"),
        Step::Announce { what, .. } => format!("tell-{}", word(&serde_json::json!(what))),
        Step::SignOff(gate) => gate.name.clone(),
        other => word(&serde_json::json!(other)["do"]),
    }
}

/// What a release does next.
pub fn told(release: &Release, next: &Next) -> String {
    let names = names(release);
    match next {
        Next::Run(step) => format!("run {}", names[*step]),
        Next::Finished(Ending::Released) => "released".into(),
        Next::Finished(Ending::Cancelled) => "cancelled".into(),
        Next::Wait(waits) => {
            let one = |(step, wait): &(usize, Wait)| format!("{}: {}", names[*step], waits_for(wait));
            waits.iter().map(one).collect::<Vec<_>>().join(" + ")
        }
    }
}

fn minutes(at: DateTime<Utc>) -> i64 {
    (at - minute(0)).num_minutes()
}

fn if_so(holds: bool, words: &str) -> &str {
    if holds { words } else { "" }
}

fn waits_for(wait: &Wait) -> String {
    match wait {
        Wait::Decision { have, needed, unticked, by } => {
            let unticked = unticked.iter().map(|name| format!(", not {name}")).collect::<String>();
            let by = by.map(|at| format!(", by {}", minutes(at))).unwrap_or_default();
            format!("{have} of {needed}{unticked}{by}")
        }
        Wait::Until { at, .. } => format!("until {}", minutes(*at)),
        Wait::Missed { at, obstacle } => {
            let obstacle = obstacle.as_ref().map(|wait| format!(", {}", waits_for(wait))).unwrap_or_default();
            format!("missed {}{obstacle}", minutes(*at))
        }
        Wait::RolledBack { to, held, .. } => format!("rolled back to {to}{}", if_so(*held, ", held")),
        Wait::Undone { environment, runs, taken_back, held, production, .. } => {
            let how = if *taken_back { "taken back" } else { "replaced" };
            let runs = runs.as_ref().map(|runs| format!(", {runs} runs")).unwrap_or_default();
            let (last, held) = (if_so(*production, ", customers"), if_so(*held, ", held"));
            format!("{how} in {environment}{runs}{last}{held}")
        }
        Wait::Rejected { by, freezing, .. } => format!("rejected by {by}{}", if_so(*freezing, ", frozen")),
        Wait::Outside { seen, asks } => {
            let seen = if seen.is_empty() { String::new() } else { format!(" {seen}") };
            format!("outside{seen}{}", if_so(*asks, ", asks"))
        }
        Wait::Unseen { .. } => "not to be seen".into(),
        Wait::Retry { at, .. } => format!("again at {}", minutes(*at)),
        Wait::Person { .. } => "a person".into(),
        Wait::Hotfix { version } => format!("hotfix {version} first"),
        Wait::Held { environment, .. } => format!("{environment} is held"),
        Wait::Frozen { freeze } => format!("frozen, {freeze}"),
    }
}

/// How a release stands in one respect: `over`, `head`, `tries staging`, `gate qa`, …
pub fn stands(release: &Release, about: &str) -> String {
    let state = &release.state;
    let (what, of) = about.split_once(' ').unwrap_or((about, ""));
    let step = || &state.steps[super::step_named(release, of)];
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".into());
    match what {
        "over" => named(release, (0..state.steps.len()).filter(|step| state.steps[*step].is_over())),
        "failed" => or_none(step().failed.as_ref().map(|failure| match failure.retry_at {
            Some(at) => format!("{} times, again at {}", failure.times, minutes(at)),
            None => format!("{} times", failure.times),
        })),
        "tries" => step().tries.to_string(),
        "retried" => step().retried.to_string(),
        "began" => or_none(step().started.map(|at| minutes(at).to_string())),
        "first" => or_none(step().first_done.map(|at| minutes(at).to_string())),
        "seen" => or_none(step().seen.as_ref().map(|(seen, asks)| format!("{seen}{}", if_so(*asks, ", asks")))),
        "unseen" => step().unseen.is_some().to_string(),
        "called" => step().asked.to_string(),
        "late" => step().late.to_string(),
        "told" => or_none(step().escalated.or(step().reminded).map(|at| minutes(at).to_string())),
        "earlier" => or_none(step().earlier.as_ref().map(|earlier| {
            let build = earlier.made.build().unwrap_or("another");
            format!("{build}{}", if_so(earlier.ended, ", ended"))
        })),
        "gate" => gate(release, of),
        "head" => release.head().into(),
        "head-of" => or_none(state.heads.get(of).cloned()),
        "tag" => or_none(state.tagged.clone()),
        "commits" => state.new_commits.iter().map(|commit| commit.sha.as_str()).collect::<Vec<_>>().join(" "),
        "merge" => or_none(state.merge_asked.clone()),
        "merged" => or_none(state.merged.as_ref().map(|merged| format!("{} {}", merged.commit, merged.head))),
        "pulls" => state.own_pulls().iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
        "runs" => state.old_runs.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
        "knows" => state.knows_run(of.parse().unwrap()).to_string(),
        "back-merge" => or_none(state.back_merge().map(|how| match how {
            BackMerge::Clean => "clean".into(),
            BackMerge::Nothing => "nothing to bring".into(),
            other => format!("{other:?}"),
        })),
        "in" => or_none(state.deployed.get(of).map(|deployed| deployed.build.clone())),
        "artifact" => or_none(state.artifact.clone()),
        "drift" => or_none(state.drift().map(|(_, lines)| lines.join(" "))),
        "missed" => or_none(state.missed.as_ref().map(|(at, _)| minutes(*at).to_string())),
        "date" => or_none(state.dates.get(of).map(|at| minutes(at).to_string())),
        "page" => state.page.is_some().to_string(),
        "ended" => or_none(release.ending().map(|ending| format!("{ending:?}").to_lowercase())),
        _ => panic!("{about} is not known of a release"),
    }
}

fn gate(release: &Release, name: &str) -> String {
    let state = &release.state.gates[name];
    let ticked = state.ticked.keys().map(|item| format!(" {item}")).collect::<String>();
    let approved = state.approved.iter().map(|by| format!(" +{by}")).collect::<String>();
    let rejected = state.rejected.as_ref().map(|(by, _)| format!(" -{by}")).unwrap_or_default();
    format!("{ticked}{approved}{rejected}").trim().to_owned()
}
