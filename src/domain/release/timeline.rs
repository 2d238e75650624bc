//! How far a release has come, stage by stage.

use chrono::{DateTime, Utc};

use super::{
    Release,
    fact::{Fact, Recorded},
    plan::{Stage, Step},
};

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
    /// What of it somebody went past, as people call it, and who.
    pub skipped: Vec<(String, &'a str)>,
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
    release.spec.plan.stages.iter().enumerate().map(|(number, stage)| view(release, number, stage)).collect()
}

fn view<'a>(release: &'a Release, number: usize, stage: &'a Stage) -> StageView<'a> {
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
    let done_at = done_at.max(passed_at(release, number));
    let done_at = done_at.filter(|_| progress == Progress::Done);
    StageView { name: &stage.name, progress, done_at, timeline: stage.timeline, skipped: skipped(release, number) }
}

fn skipped(release: &Release, number: usize) -> Vec<(String, &str)> {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps);
    let mine = steps.filter(|(planned, _)| planned.stage == number);
    let passed = mine.filter_map(|(planned, state)| {
        let (by, _) = state.skipped.as_ref()?;
        let what = planned.step.gate().map_or_else(|| planned.step.in_words(), |gate| gate.title.clone());
        Some((what, by.as_str()))
    });
    passed.collect()
}

/// When somebody went past a part of it last.
fn passed_at(release: &Release, number: usize) -> Option<DateTime<Utc>> {
    let passed = |recorded: &&Recorded| {
        let Fact::Skipped { step, .. } = recorded.fact else { return false };
        let here = release.spec.plan.steps.get(step).is_some_and(|planned| planned.stage == number);
        here && release.state.step(step).skipped.is_some()
    };
    release.facts.iter().rev().find(passed).map(|recorded| recorded.at)
}

/// The stages that are done, in the order in which they were.
pub fn in_order(release: &Release) -> Vec<(DateTime<Utc>, StageView<'_>)> {
    let mut done: Vec<_> = stages(release).into_iter().filter_map(|stage| Some((stage.done_at?, stage))).collect();
    done.sort_by_key(|(at, _)| *at);
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::samples::{compare, happened, release};

    const STAGES: &str = r#"
[[release.stage]]
name = "Cut"
steps = [{ do = "notes" }]
[[release.stage]]
name = "Back"
background = true
steps = [{ do = "back-merge", branch = "b", into = "develop", from = "{tag}", message = "x" }]
[[release.stage]]
name = "QA"
steps = [{ do = "sign-off", name = "qa", title = "QA sign-off", roles = ["qa"] }]
[[release.stage]]
name = "Production"
steps = [
  { do = "deploy", environment = "production", git-ref = "{tag}" },
  { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
]
"#;

    #[test]
    fn lines_stand_in_the_order_of_their_times_and_say_what_was_skipped() {
        let rows = [
            (
                "one after the other",
                "done notes; brought back-merge; done qa; to verify; done verify",
                "Cut, Back, QA, Production",
            ),
            (
                "what goes on beside them is done later",
                "done notes; done qa; brought back-merge; to verify; done verify",
                "Cut, QA, Back, Production",
            ),
            (
                "what goes on beside them is done last",
                "done notes; done qa; at 30; done ask-production; done production; done verify; at 40; brought back-merge",
                "Cut, QA, Production, Back",
            ),
            (
                "a gate is skipped",
                "done notes; brought back-merge; skipped qa ann; to verify; done verify",
                "Cut, Back, QA (QA sign-off by ann), Production",
            ),
            (
                "the last gate of a stage is skipped, and the stage before it is done after that",
                "done notes; done qa; done ask-production; done production; skipped verify ann; brought back-merge",
                "Cut, QA, Production (verification by ann), Back",
            ),
        ];
        compare(rows.map(|(about, history, expected)| {
            let release = happened(release(STAGES), history);
            let one = |stage: &StageView<'_>| match stage.skipped.as_slice() {
                [] => stage.name.to_owned(),
                skipped => {
                    let skipped: Vec<String> = skipped.iter().map(|(what, by)| format!("{what} by {by}")).collect();
                    format!("{} ({})", stage.name, skipped.join(", "))
                }
            };
            let told: Vec<String> = in_order(&release).iter().map(|(_, stage)| one(stage)).collect();
            (about, told.join(", "), expected.to_owned())
        }));
    }
}
