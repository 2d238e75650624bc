//! What a release does and how it stands, in a few words, so that a row of a table is one line.

use chrono::{DateTime, Utc};

use super::{
    minute,
    parts::{self, HistoryPart},
};
use crate::domain::{
    freeze::verdict::ClosedBy,
    release::{
        Ending, Release,
        barrier::Barrier,
        fact::BackMerge,
        failure::Failure,
        next::{Next, Wait},
    },
};

/// Holds found against expected, row by row; what comes out otherwise is told all at once, each with its first column.
pub fn compare<T: PartialEq + std::fmt::Debug>(rows: impl IntoIterator<Item = (&'static str, T, T)>) {
    let wrong = rows.into_iter().filter(|(_, found, expected)| found != expected);
    let wrong: Vec<String> = wrong
        .map(|(about, found, expected)| format!("{about}\n  found    {found:?}\n  expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The names of these steps, each by the part it is at.
pub fn named(release: &Release, steps: impl IntoIterator<Item = usize>) -> String {
    let name = |step| parts::name(release, step, parts::at(release, step));
    steps.into_iter().map(name).collect::<Vec<_>>().join(" ")
}

/// All that is over.
fn over(release: &Release) -> String {
    let over = parts::all(release).into_iter().filter(|(step, part, _)| parts::over(release, *step, *part));
    over.map(|(_, _, name)| name).collect::<Vec<_>>().join(" ")
}

/// What a release does next.
pub fn told(release: &Release, next: &Next) -> String {
    let name = |step: usize, part| parts::name(release, step, part);
    match next {
        Next::Run(step) => format!("run {}", name(*step, parts::at(release, *step))),
        Next::Finished(Ending::Released) => "released".into(),
        Next::Finished(Ending::Cancelled) => "cancelled".into(),
        Next::Wait(waits) => {
            let part = |step: usize, wait: &Wait| match wait {
                Wait::Undone { deploy, .. } if *deploy == step => HistoryPart::End,
                _ => parts::at(release, step),
            };
            let one = |(step, wait): &(usize, Wait)| format!("{}: {}", name(*step, part(*step, wait)), waits_for(wait));
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
            let seen = seen.as_ref().map(|seen| format!(" {seen}")).unwrap_or_default();
            format!("outside{seen}{}", if_so(*asks, ", asks"))
        }
        Wait::Unseen { .. } => "not to be seen".into(),
        Wait::Retry { at, .. } => format!("again at {}", minutes(*at)),
        Wait::Person { .. } => "a person".into(),
        Wait::Around(barrier) => around(barrier),
    }
}

/// What keeps a release back from around it.
pub fn around(barrier: &Barrier) -> String {
    match barrier {
        Barrier::Hotfix { version } => format!("hotfix {version} first"),
        Barrier::Held { environment, .. } => format!("{environment} is held"),
        Barrier::Frozen(closed) => {
            let why = closed.by.iter().filter_map(ClosedBy::freeze).map(|freeze| freeze.reason.as_str());
            format!("frozen, {}", why.collect::<Vec<_>>().join(" and "))
        }
    }
}

/// How a release stands in one respect: `over`, `head`, `tries staging`, `gate qa`, …
pub fn stands(release: &Release, about: &str) -> String {
    let state = &release.state;
    let (what, of) = about.split_once(' ').unwrap_or((about, ""));
    let step = || &state.steps[super::step_named(release, of)];
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".into());
    match what {
        "over" => over(release),
        "failed" => or_none(failure(release, of).map(|failure| match failure.retry_at {
            Some(at) => format!("{} times, again at {}", failure.times, minutes(at)),
            None => format!("{} times", failure.times),
        })),
        "tries" => step().tries.to_string(),
        "retried" => step().retried.to_string(),
        "began" => or_none(step().started.filter(|_| is_at(release, of)).map(|at| minutes(at).to_string())),
        "first" => or_none(step().first_done.map(|at| minutes(at).to_string())),
        "seen" => or_none(step().seen.as_ref().map(|seen| {
            let what = seen.what.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{what}{}", if_so(seen.asks, ", asks"))
        })),
        "unseen" => step().unseen.is_some().to_string(),
        "called" => step().asked.to_string(),
        "late" => step().late.to_string(),
        "told" => or_none(step().escalated.or(step().reminded).map(|at| minutes(at).to_string())),
        "earlier" => or_none(step().earlier.as_ref().map(|earlier| {
            let build = earlier.made.build().unwrap_or("another");
            format!("{build}{}", if_so(earlier.ended, ", ended"))
        })),
        "gate" => gate(release, of),
        "glass" => or_none(release.glass_asked(super::step_named(release, of)).map(|asked| asked.by.clone())),
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
            BackMerge::Settled { .. } => "settled".into(),
            BackMerge::Nothing => "nothing to bring".into(),
            other => format!("{other:?}"),
        })),
        "in" => or_none(release.brought(of).map(|brought| brought.build.to_owned())),
        "artifact" => or_none(state.artifact.clone()),
        "drift" => or_none(release.drift().map(|(_, lines)| lines.join(" "))),
        "missed" => or_none(state.missed.as_ref().map(|(at, _)| minutes(*at).to_string())),
        "date" => or_none(state.dates.get(of).map(|at| minutes(at).to_string())),
        "page" => state.page.is_some().to_string(),
        "ended" => or_none(release.ending().map(|ending| format!("{ending:?}").to_lowercase())),
        _ => panic!("{about} is not known of a release"),
    }
}

/// Whether a step is at this part.
fn is_at(release: &Release, name: &str) -> bool {
    let (step, part) = parts::named(release, name);
    parts::at(release, step) == part
}

/// What went wrong with this part of a step.
fn failure<'a>(release: &'a Release, name: &str) -> Option<&'a Failure> {
    let state = &release.state.steps[super::step_named(release, name)];
    if is_at(release, name) {
        state.failed.as_ref().or(state.rollout.failure.as_ref())
    } else {
        state.rollout.failure.as_ref()
    }
}

fn gate(release: &Release, name: &str) -> String {
    let state = &release.state.gates[name];
    let ticked = state.ticked.keys().map(|item| format!(" {item}")).collect::<String>();
    let approved = state.approved.iter().map(|by| format!(" +{by}")).collect::<String>();
    let rejected = state.rejected.as_ref().map(|(by, _)| format!(" -{by}")).unwrap_or_default();
    format!("{ticked}{approved}{rejected}").trim().to_owned()
}
