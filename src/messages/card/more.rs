//! What stands behind *More…*: the other buttons of a release.

use commands::Invocation;

use crate::domain::{
    message::{Button, Look, Message, Tone},
    release::skip::unskippable,
};

use super::{
    super::{about, buttons::cancel_button, wait},
    rows::ROWS,
    standing::CardStanding,
    view::CardView,
};

/// The buttons that the card has not, those of what it waits for first.
pub(super) fn more(view: &CardView<'_>, standing: &CardStanding) -> Message {
    let release = view.release;
    let shown = |button: &Button| standing.rows.iter().flatten().any(|known| known.action == button.action);
    let waits = view.waits().iter().flat_map(|(step, waiting)| wait::buttons(release, *step, waiting));
    let mut rows: Vec<Vec<Button>> = waits.collect();
    let say = |words: &str, look, path: &str| Button::say(words, look, &about(release, path));
    let of =
        |words: &str, path: &str| Button::say_of(words, Look::Plain, &Invocation::new(path), &release.spec.project);
    let reads = [
        say("What is in", Look::Plain, "release notes"),
        say("Why?", Look::Plain, "why").filter(|_| release.is_open()),
        of("What runs where", "deploys"),
        release.state.page.as_ref().map(|url| Button::open("Release page", url)),
    ];
    rows.push(reads.into_iter().flatten().collect());
    let may_skip = view.foremost().is_some_and(|(step, _)| unskippable(release, step).is_none());
    let ends = [
        say("Skip\u{2026}", Look::Plain, "release skip").filter(|_| may_skip),
        cancel_button(release).filter(|_| release.is_open()),
    ];
    rows.push(ends.into_iter().flatten().collect());
    let mut known: Vec<Button> = vec![];
    for row in &mut rows {
        row.retain(|button| !shown(button) && !known.contains(button));
        known.extend(row.iter().cloned());
    }
    rows.retain(|row| !row.is_empty());
    let kept = rows.len().saturating_sub(ROWS);
    rows.drain(..kept).for_each(drop);
    rows.into_iter().fold(Message::new(Tone::Plain, format!("What else for {}?", release.name())), Message::row)
}
