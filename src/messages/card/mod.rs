//! The card of a release: whose turn it is, in two lines.
//!
//! The first line is what it is and where it stands, the second who does what by when. Below stand its stages in one line, then
//! what is to be looked at, then what is known besides. The first button is what the second line asks for.

use chrono::{DateTime, Utc};

use crate::domain::{
    message::{Line, Message, Tone, line},
    release::{
        Ending, Release,
        next::{Next, Surroundings, Wait, next},
        stories::Picking,
    },
    team::people::People,
};

mod around;
mod decision;
mod details;
mod ended;
mod heading;
mod labels;
mod more;
mod outside;
mod picking;
mod rows;
mod stages;
mod standing;
mod stopped;
#[cfg(test)]
mod tests;
mod view;
mod way_back;
mod working;

use standing::{CardSign, CardStanding};
use view::CardView;

/// The longest second line in letters that has its time beside it.
const BESIDE: usize = 40;

/// The card of a release.
pub fn card(release: &Release, surroundings: &Surroundings, people: &People, now: DateTime<Utc>) -> Message {
    let view = CardView { release, around: surroundings, people, next: next(release, surroundings, now), now };
    let standing = standing(&view);
    let asked = asked(&standing).plain("\n").and(stages::stage_line(&view, &standing));
    let mut message = Message::new(standing.sign.tone(), heading::heading(release, &standing)).text(asked);
    let open = release.spec.plan.picking().filter(|picking| !release.state.step(picking.step).is_over());
    message = open.and_then(|open| picking::list(&view, open)).into_iter().fold(message, Message::text);
    message = decision::checklists(&view).into_iter().fold(message, Message::block);
    let details = details::details(&view, &standing);
    if !details.is_empty() {
        message = message.text(in_lines(details));
    }
    labels::fitted(standing.rows).into_iter().fold(message, Message::row)
}

/// The first two lines of the card: where the release stands, and who does what.
pub fn in_short(release: &Release, surroundings: &Surroundings, people: &People, now: DateTime<Utc>) -> Message {
    let view = CardView { release, around: surroundings, people, next: next(release, surroundings, now), now };
    let standing = standing(&view);
    Message::new(standing.sign.tone(), heading::heading(release, &standing)).text(asked(&standing))
}

/// The buttons that the card of a release has not.
pub fn more(release: &Release, surroundings: &Surroundings, people: &People, now: DateTime<Utc>) -> Message {
    let view = CardView { release, around: surroundings, people, next: next(release, surroundings, now), now };
    let standing = standing(&view);
    more::more(&view, &standing)
}

/// Whether a card of the release, as it stood at any time, begins with this line.
pub fn is_title_of(release: &Release, title: &str) -> bool {
    heading::is_heading_of(release, title)
}

/// What stands where a card was sent twice, and the first one cannot be deleted any more.
pub fn double() -> Message {
    Message::new(Tone::Plain, "This card was sent twice")
        .text("The other one is kept up to date; /release status shows it.")
}

/// How the release stands. A freeze of its own shows beside whatever else goes on.
fn standing(view: &CardView<'_>) -> CardStanding {
    let standing = match &view.next {
        Next::Finished(Ending::Cancelled) => ended::cancelled(view),
        Next::Finished(Ending::Released) => ended::released(view),
        Next::Run(step) => match release_picking(view).filter(|picking| picking.step == *step) {
            Some(picking) => picking::picking(view, picking, &Wait::Outside { seen: None, asks: false }),
            None => working::at_work(view, working::shown(view, *step), ""),
        },
        Next::Wait(_) => match view.foremost() {
            Some((step, wait)) => decision::with_gates(view, waiting(view, step, wait), step, wait),
            None => CardStanding::new(CardSign::Works, "at work", line().plain("Nothing to do.")),
        },
    };
    let calm = matches!(standing.sign, CardSign::Works | CardSign::Asks);
    if !view.around.freezing || !calm || view.release.state.merged.is_some() {
        return standing;
    }
    let words = match working::departing(view) {
        Some(leaves) => format!("frozen, {leaves}"),
        None => format!("frozen, {}", standing.words),
    };
    CardStanding { sign: CardSign::Frozen, words, ..standing }
}

fn release_picking<'a>(view: &CardView<'a>) -> Option<Picking<'a>> {
    view.release.spec.plan.picking()
}

fn waiting(view: &CardView<'_>, step: usize, wait: &Wait) -> CardStanding {
    let picking = release_picking(view).filter(|picking| picking.step == step);
    match (wait, picking) {
        (Wait::Decision { .. } | Wait::Outside { .. } | Wait::Retry { .. }, Some(picking)) => {
            picking::picking(view, picking, wait)
        }
        (Wait::Decision { .. }, None) => decision::at_gate(view, step, wait),
        (Wait::Until { at, title }, _) => working::until(view, step, *at, title),
        (Wait::Unseen { problem }, _) => working::unseen(view, step, &problem.to_string()),
        (Wait::Retry { at, problem }, None) => working::again(view, step, *at, problem),
        (Wait::Missed { at, obstacle }, _) => stopped::missed(view, step, *at, obstacle.as_deref()),
        (Wait::RolledBack { problem, environment, to, held }, _) => {
            stopped::rolled_back(view, step, (problem, environment), to, *held)
        }
        (Wait::Undone { .. }, _) => stopped::undone(view, step, wait),
        (Wait::Rejected { by, reason, freezing }, _) => stopped::rejected(view, step, (by, reason), *freezing),
        (Wait::Outside { seen, asks }, None) => {
            let seen = seen.as_ref().map(ToString::to_string).unwrap_or_default();
            outside::outside(view, step, &seen, *asks)
        }
        (Wait::Person { problem }, _) => stopped::failed(view, step, problem),
        (Wait::Around(barrier), _) => around::behind(view, step, wait, barrier),
    }
}

/// Who does what, and by when: beside it, or where there is too little room in a line of its own.
fn asked(standing: &CardStanding) -> Line {
    let ask = standing.ask.clone();
    let Some(when) = standing.when.clone() else { return ask };
    let gap = if ask.plain_text().chars().count() > BESIDE { "\n" } else { " " };
    ask.plain(gap).and(when)
}

fn in_lines(lines: Vec<Line>) -> Line {
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    lines.fold(first, |all, one| all.plain("\n").and(one))
}
