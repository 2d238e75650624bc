//! What a step finds when it looks or acts.

use chrono::{DateTime, Utc};

use crate::{
    context::Context,
    domain::release::{Release, next::Surroundings},
    engine::steps::StepContext,
};

/// Everything a step needs to act; nothing for a project that is not configured any more.
pub(super) fn scene<'a>(
    context: &'a Context,
    release: &'a Release,
    surroundings: &'a Surroundings,
    index: usize,
    started: DateTime<Utc>,
    resumed: bool,
) -> Option<StepContext<'a>> {
    let (project, repository) = context.projects.get(&release.spec.project)?;
    let (people, now) = (&context.people, context.clock.now());
    Some(StepContext { release, surroundings, index, project, repository, people, now, started, resumed })
}
