//! The stages of a release in one line: a mark each, and the name and the number of the one that it is at.

use crate::domain::{
    message::Line,
    release::{
        Ending,
        timeline::{Progress, stages},
    },
};

use super::{standing::CardStanding, view::CardView};

/// `✓✓◐○○○○ QA, 3 of 7`. What goes on beside the others is not counted.
pub(super) fn stage_line(view: &CardView<'_>, standing: &CardStanding) -> Line {
    let release = view.release;
    let all = &release.spec.plan.stages;
    let counted: Vec<(usize, Progress)> = stages(release)
        .iter()
        .enumerate()
        .filter(|(stage, _)| all.get(*stage).is_some_and(|stage| !stage.background))
        .map(|(stage, seen)| (stage, seen.progress))
        .collect();
    let count = counted.len();
    let is_done = |progress: Progress| matches!(progress, Progress::Done | Progress::Overtaken);
    let over = release.ending() == Some(Ending::Released);
    let at = if over { None } else { counted.iter().position(|(_, progress)| !is_done(*progress)) };
    let mark = |(nth, (_, progress)): (usize, &(usize, Progress))| match at {
        Some(at) if at == nth => standing.sign.mark(),
        // What a later version left nothing to do of nobody did.
        Some(_) | None if *progress == Progress::Overtaken => '\u{25cb}',
        Some(_) if !is_done(*progress) => '\u{25cb}',
        Some(_) | None => '\u{2713}',
    };
    let marks: String = counted.iter().enumerate().map(mark).collect();
    let name = at.and_then(|at| all.get(counted.get(at)?.0)).map(|stage| format!("{}, ", stage.in_short()));
    let overtaken = counted.iter().filter(|(_, progress)| *progress == Progress::Overtaken).count();
    let number = at.map_or(count - overtaken, |at| at + 1);
    Line::from(format!("{marks} {}{number}\u{a0}of\u{a0}{count}", name.unwrap_or_default()))
}
