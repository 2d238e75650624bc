//! How far a release has come, stage by stage.

use chrono::{DateTime, Utc};

use super::{Release, plan::Step};

/// A stage of a running release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageView<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it stands.
    pub progress: Progress,
    /// When its last step was done.
    pub done_at: Option<DateTime<Utc>>,
    /// Whether it belongs to the pull request's timeline.
    pub timeline: bool,
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing has happened yet.
    Ahead,
    /// Some of it has.
    Under,
    /// A step failed and waits for a person, or somebody rejected.
    Stuck,
    /// All of it has.
    Done,
    /// A later version in production left nothing to do of it.
    Overtaken,
}

/// All stages of a release, in order.
pub fn stages(release: &Release) -> Vec<StageView<'_>> {
    (0..release.spec.plan.stages.len()).map(|number| stage(release, number)).collect()
}

fn stage(release: &Release, number: usize) -> StageView<'_> {
    let plan = &release.spec.plan;
    let mine = || plan.steps.iter().zip(&release.state.steps).filter(move |(planned, _)| planned.stage == number);
    // Ticking the timeline tells that a stage is done, so it cannot be part of being done.
    let over =
        mine().filter(|(planned, _)| !matches!(planned.step, Step::TickTimeline)).all(|(_, step)| step.is_over());
    let rejected = mine().any(|(planned, _)| {
        let gate = planned.step.gate().and_then(|gate| release.state.gates.get(&gate.name));
        gate.is_some_and(|gate| gate.rejected.is_some())
    });
    let stuck = mine().any(|(_, step)| step.is_stuck());
    let overtaken = mine().any(|(_, step)| step.overtaken);
    let progress = if over && overtaken {
        Progress::Overtaken
    } else if over {
        Progress::Done
    } else if stuck || rejected {
        Progress::Stuck
    } else if mine()
        .any(|(planned, _)| matches!(planned.step, Step::Pick { .. }) && !release.state.stories.list.is_empty())
        || mine().any(|(_, step)| step.is_over() || step.is_begun() || step.seen.is_some())
    {
        Progress::Under
    } else {
        Progress::Ahead
    };
    let done_at = mine().filter_map(|(_, step)| step.done.as_ref().map(|(_, at)| *at)).max();
    let stage = &plan.stages[number];
    let done_at = done_at.filter(|_| progress == Progress::Done);
    StageView { name: &stage.name, progress, done_at, timeline: stage.timeline }
}
