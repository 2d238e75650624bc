//! Freezes of which nobody has to know: what they close is closed already.

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::{freeze::Freeze, release::plan::Step},
};

/// Whether a freeze that comes by itself closes nothing that others do not close for at least as long: nobody has to know of it.
pub(super) fn changes_nothing(context: &Context, freeze: &Freeze, others: &[&Freeze]) -> bool {
    let Some(until) = freeze.until.filter(|_| freeze.rule.is_some()) else { return false };
    let longer =
        |other: &&&Freeze| other.until.is_none_or(|end| end >= until) && other.hotfixes_pass == freeze.hotfixes_pass;
    let others: Vec<&Freeze> = others.iter().copied().filter(|other| holds_all(context, other, until)).collect();
    let projects = context.projects.values().map(|(project, _)| &project.name);
    let projects: Vec<&String> = projects.filter(|project| freeze.concerns(project)).collect();
    // What it closes beside a project's lines, another closes only if it names the same.
    let is_line = |pattern: &String| projects.iter().all(|project| context.lines(project).contains(pattern));
    let names = |pattern: &String| others.iter().filter(longer).any(|other| other.branches.contains(pattern));
    let covered = |project: &String| {
        let lines = context.lines(project);
        let closes = |line: &String| {
            let covers = |other: &&Freeze| other.concerns(project) && other.covers(line, &lines);
            others.iter().filter(longer).any(covers)
        };
        lines.iter().filter(|line| freeze.covers(line, &lines)).all(closes)
    };
    !others.is_empty()
        && freeze.branches.iter().all(|pattern| is_line(pattern) || names(pattern))
        && projects.iter().all(|project| covered(project))
}

/// Whether a freeze lets nobody pass until then. A release's own lets that release pass, once it leaves.
fn holds_all(context: &Context, freeze: &Freeze, until: DateTime<Utc>) -> bool {
    let Some(release) = freeze.release else { return true };
    let Ok(Some(release)) = context.store.shared(release) else { return false };
    let plan = &release.spec.plan;
    let leaves = plan.find(|step| matches!(step, Step::AwaitMerge { at: Some(_) }));
    let leaves = leaves.and_then(|step| plan.date_of(step)).and_then(|date| release.state.dates.0.get(date));
    leaves.is_some_and(|leaves| *leaves >= until)
}
