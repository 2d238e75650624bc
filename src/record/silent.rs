//! Freezes of which nobody has to know: what they close is closed already.

use crate::{context::Context, domain::freeze::Freeze};

/// Whether a freeze that comes by itself closes nothing that others do not close for at least as long: nobody has to know of it.
pub(super) fn changes_nothing(context: &Context, freeze: &Freeze, others: &[&Freeze]) -> bool {
    let Some(until) = freeze.until.filter(|_| freeze.rule.is_some()) else { return false };
    let longer =
        |other: &&&Freeze| other.until.is_none_or(|end| end >= until) && other.hotfixes_pass == freeze.hotfixes_pass;
    let mut concerned =
        context.projects.values().map(|(project, _)| project).filter(|project| freeze.concerns(&project.name));
    !others.is_empty()
        && concerned.all(|project| {
            let lines = context.lines(&project.name);
            let closes = |line: &String| {
                let covers = |other: &&Freeze| other.concerns(&project.name) && other.covers(line, &lines);
                others.iter().filter(longer).any(|other| covers(other))
            };
            lines.iter().filter(|line| freeze.covers(line, &lines)).all(closes)
        })
}
