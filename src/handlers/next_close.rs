//! When a branch closes next: by a freeze, by a rule, or by the code freeze of a release that is open or planned.

use chrono::{DateTime, Duration, Utc};

use super::schedule::timetable;
use crate::{
    context::Context,
    domain::{
        freeze::verdict::{ClosedBy, Verdict},
        team::project::Project,
    },
    store::StoreProblem,
};

/// When a branch of a project closes next, and why; `verdict` is what freezes and rules say about it.
pub(super) fn next_close(
    context: &Context,
    project: &Project,
    branch: &str,
    verdict: &Verdict,
) -> Result<Option<(DateTime<Utc>, String)>, StoreProblem> {
    let by_freeze = verdict.closes_next.as_ref().map(|(at, by)| {
        let why = by.iter().find_map(|by| match by {
            ClosedBy::Freeze(freeze) => Some(freeze.reason.clone()),
            ClosedBy::Window { .. } => None,
        });
        (*at, why.unwrap_or_default())
    });
    let mut all: Vec<(DateTime<Utc>, String)> = by_freeze.into_iter().collect();
    for release in context.store.open_releases()?.iter().filter(|release| release.spec.project == project.name) {
        let plan = &release.spec.plan;
        let coming = plan.closes(branch).filter(|(step, _)| !release.state.steps[*step].is_over());
        all.extend(coming.and_then(|(_, date)| Some((release.state.dates.get(date)?, plan.title_of(date).to_owned()))));
    }
    all.extend(planned(context, project, branch)?);
    let now = context.clock.now();
    Ok(all.into_iter().filter(|(at, _)| *at > now).min_by_key(|(at, _)| *at))
}

/// The code freeze of the release that begins by itself next.
fn planned(
    context: &Context,
    project: &Project,
    branch: &str,
) -> Result<Option<(DateTime<Utc>, String)>, StoreProblem> {
    let (now, exceptions) = (context.clock.now(), context.store.exceptions()?);
    let plan = context.playbooks.get(&project.playbook).and_then(|playbook| playbook.sample());
    let (Some(plan), Some(table)) = (plan, timetable(context, project, &exceptions)) else { return Ok(None) };
    let Some((_, date)) = plan.closes(branch) else { return Ok(None) };
    let train = table.trains(now, 1, now + Duration::days(800)).into_iter().flatten().next();
    let at = train.and_then(|train| train.dates.get(date));
    Ok(at.map(|at| (at, plan.title_of(date).to_owned())))
}
