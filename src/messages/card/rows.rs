//! The buttons of a gate on the card: the lines that are left, and the two answers.

use crate::domain::{
    message::{Button, Look},
    release::{
        gate::{Check, Gate},
        next::Wait,
    },
};

use super::{
    super::{about, buttons::on_present},
    view::CardView,
};

/// The most buttons in a row.
const ROW: usize = 5;
/// The most rows below a message.
pub(super) const ROWS: usize = 5;

/// The lines and the answers with all else, which come first once no line is left.
pub(super) fn decision(view: &CardView<'_>, gate: &Gate, wait: &Wait, several: bool) -> Vec<Vec<Option<Button>>> {
    let (lines, mut answers) = (lines(view, gate), answers(view, gate, wait, several));
    answers.push(view.more());
    if open(wait) == 0 { vec![answers, lines] } else { vec![lines, answers] }
}

/// How many lines are left.
fn open(wait: &Wait) -> usize {
    if let Wait::Decision { unticked, .. } = wait { unticked.len() } else { 0 }
}

/// The two answers. A yes with lines left asks about them first; where several gates are open, each says whose answers these are.
pub(super) fn answers(view: &CardView<'_>, gate: &Gate, wait: &Wait, several: bool) -> Vec<Option<Button>> {
    let asks = if open(wait) > 0 { "\u{2026}" } else { "" };
    let of = if several { format!(" {}", gate.name) } else { String::new() };
    let yes = match &gate.promotes {
        Some(to) => format!("Promote to {to}"),
        None => format!("Approve{of}"),
    };
    let look = if open(wait) > 0 { Look::Plain } else { Look::Good };
    let say = |words: String, look, path| {
        let said = about(view.release, path).with("gate", on_present(view.release, gate));
        Button::say(words, look, &said)
    };
    let no = if several { format!("Reject {}", gate.name) } else { "Reject".to_owned() };
    vec![say(format!("{yes}{asks}"), look, "approve"), say(format!("{no}\u{2026}"), Look::Danger, "reject")]
}

/// A button for each line that is left, as far as there is room, and one for those that are ticked.
pub(super) fn lines(view: &CardView<'_>, gate: &Gate) -> Vec<Option<Button>> {
    let state = view.release.state.gates.get(&gate.name).cloned().unwrap_or_default();
    let said = || about(view.release, "tick").with("gate", on_present(view.release, gate));
    let left: Vec<(usize, &Check)> =
        gate.checklist.iter().enumerate().filter(|(item, _)| !state.ticked.contains_key(item)).collect();
    let untick =
        (!state.ticked.is_empty()).then(|| Button::say("Untick\u{2026}", Look::Plain, &said().with("off", "yes")));
    let room = ROW - usize::from(untick.is_some());
    let shown = if left.len() > room { room - 1 } else { left.len() };
    let tick = |(item, check): &(usize, &Check)| {
        Button::say(format!("\u{2610} {}", check.name), Look::Plain, &said().with("item", (item + 1).to_string()))
    };
    let more = (left.len() > shown).then(|| Button::say("Tick\u{2026}", Look::Plain, &said()));
    left.iter().take(shown).map(tick).chain(more).chain(untick).collect()
}
