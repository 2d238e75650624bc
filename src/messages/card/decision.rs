//! What a card says while people decide at a gate.

use crate::domain::{
    message::{Block, Button, Line, Look, line},
    release::{
        gate::{Check, Gate},
        next::Wait,
        plan::Step,
        skip::unskippable,
    },
};

use super::{
    super::{deadlock, spoken, wait},
    rows,
    standing::{CardSign, CardStanding},
    view::{CardView, counted, names},
};

/// How it stands at a gate.
pub(super) fn at_gate(view: &CardView<'_>, step: usize, wait: &Wait) -> CardStanding {
    let Some(gate) = view.step(step).and_then(Step::gate) else {
        return CardStanding::new(CardSign::Asks, "waits", wait::in_words(view.release, step, wait, view.people));
    };
    let also = others(view, step);
    let mut ask = asked(view, gate, wait);
    for (_, other, wait) in &also {
        ask = ask.plain(" ").and(asked(view, other, wait));
    }
    let several = !also.is_empty();
    let live = view.live_since();
    let standing = match live {
        Some(since) => {
            let standing = CardStanding::new(CardSign::Live, "live", ask).when(view.at("Live since", since));
            standing.detail(due(view, wait))
        }
        None => {
            let words = match &gate.promotes {
                Some(to) => format!("waits to go to {}", spoken(to)),
                None => format!("waits for {}", view.gate_name(step, gate)),
            };
            CardStanding::new(CardSign::Asks, words, ask).when(due(view, wait).or_else(|| view.target()))
        }
    };
    let standing = standing.detail(unknown_authors(view, gate));
    let standing = match is_stuck(view, gate) {
        true => standing.row([past(view, step), view.more()]),
        false => {
            rows::decision(view, gate, wait, several).into_iter().fold(standing, |standing, row| standing.row(row))
        }
    };
    answers_of(view, &also, standing)
}

/// The same with the answers of the gates that are open beside what is said first, where that is no gate.
pub(super) fn with_gates(view: &CardView<'_>, standing: CardStanding, step: usize, wait: &Wait) -> CardStanding {
    if is_open_gate(view, step, wait) { standing } else { answers_of(view, &others(view, step), standing) }
}

/// The answers of other gates, as far as there is room and anybody can decide there.
fn answers_of(view: &CardView<'_>, gates: &[(usize, &Gate, &Wait)], standing: CardStanding) -> CardStanding {
    let room = rows::ROWS.saturating_sub(standing.rows.len());
    let gates = gates.iter().filter(|(_, gate, _)| !is_stuck(view, gate)).take(room);
    gates.fold(standing, |standing, (_, gate, wait)| standing.row(rows::answers(view, gate, wait, true)))
}

/// Whether people are asked to decide at a gate.
pub(super) fn is_open_gate(view: &CardView<'_>, step: usize, wait: &Wait) -> bool {
    matches!(wait, Wait::Decision { .. }) && matches!(view.step(step), Some(Step::SignOff(_)))
}

/// Whether nobody can decide at a gate, as things stand: a button for that would only be refused.
fn is_stuck(view: &CardView<'_>, gate: &Gate) -> bool {
    view.release.deadlock(gate, view.people).is_some()
}

/// Goes past the gate.
fn past(view: &CardView<'_>, step: usize) -> Option<Button> {
    let may_skip = unskippable(view.release, step).is_none();
    view.say("Skip\u{2026}", Look::Plain, "release skip").filter(|_| may_skip)
}

/// The other gates at which somebody is asked now.
fn others<'a>(view: &'a CardView<'_>, step: usize) -> Vec<(usize, &'a Gate, &'a Wait)> {
    let open = view.waits().iter().filter(|(other, wait)| *other != step && matches!(wait, Wait::Decision { .. }));
    let gate = |(other, wait): &'a (usize, Wait)| {
        let Some(Step::SignOff(gate)) = view.step(*other) else { return None };
        Some((*other, gate, wait))
    };
    open.filter_map(gate).collect()
}

/// Who decides, and what is left to look at.
fn asked(view: &CardView<'_>, gate: &Gate, wait: &Wait) -> Line {
    if let Some(deadlock) = view.release.deadlock(gate, view.people) {
        return line().plain(format!("Nobody can decide on {}: {}.", gate.title, deadlock::why(&deadlock)));
    }
    let Wait::Decision { have, needed, unticked, .. } = wait else { return line() };
    let (open, all) = (unticked.len(), gate.checklist.len());
    let then = match &gate.promotes {
        Some(to) => format!("promote to {}", spoken(to)),
        None => "approve".to_owned(),
    };
    let what = match (open, all) {
        (_, 0) if gate.promotes.is_some() => then,
        (_, 0) => format!("decide on {}", gate.title),
        (0, all) => format!(
            "{} done, now {then}",
            if all == 1 { "the check is".to_owned() } else { format!("all {all}\u{a0}checks are") }
        ),
        (open, all) if open == all => format!("{}, then {then}", counted(open, "check")),
        (open, all) => format!("{open}\u{a0}of\u{a0}{all}\u{a0}checks left, then {then}"),
    };
    let so_far = if *needed > 1 { format!(" ({have}\u{a0}of\u{a0}{needed} so far)") } else { String::new() };
    names(&view.deciding(gate)).plain(format!(": {what}{so_far}."))
}

/// By when it should be decided, where the gate has a date or a time of its own.
fn due(view: &CardView<'_>, wait: &Wait) -> Option<Line> {
    let Wait::Decision { by, .. } = wait else { return None };
    by.map(|at| view.at(if at < view.now { "Was due by" } else { "By" }, at))
}

/// That a second person decides, because nobody can say whose work it is.
fn unknown_authors(view: &CardView<'_>, gate: &Gate) -> Option<Line> {
    let words = wait::unknown_authors(view.release, gate)?;
    Some(line().plain(words.trim_start_matches(". ").to_owned() + "."))
}

/// The lines that are left to look at, and those that are ticked in one.
pub(super) fn checklists(view: &CardView<'_>) -> Vec<Block> {
    let gates = view.waits().iter().filter_map(|(step, wait)| {
        view.step(*step).and_then(Step::gate).filter(|_| matches!(wait, Wait::Decision { .. }))
    });
    gates.filter(|gate| !gate.checklist.is_empty()).filter_map(|gate| checklist(view, gate)).collect()
}

/// How many lines are listed at most.
const LISTED: usize = 12;

fn checklist(view: &CardView<'_>, gate: &Gate) -> Option<Block> {
    let state = view.release.state.gates.get(&gate.name)?;
    let open = gate.unticked(state);
    let hint = |check: &Check| if check.look_at.is_empty() { String::new() } else { format!(": {}", check.look_at) };
    let mut lines: Vec<(bool, Line)> =
        open.iter().take(LISTED).map(|check| (false, line().bold(&check.name).plain(hint(check)))).collect();
    if let Some(more) = open.len().checked_sub(LISTED).filter(|more| *more > 0) {
        lines.push((false, line().plain(format!("and {more}\u{a0}more"))));
    }
    let ticked =
        || gate.checklist.iter().enumerate().filter_map(|(item, check)| Some((check, state.ticked.get(&item)?)));
    let mut by: Vec<&str> = vec![];
    ticked().for_each(|(_, name)| {
        if !by.contains(&name.as_str()) {
            by.push(name);
        }
    });
    if !by.is_empty() {
        let checks: Vec<&str> = ticked().map(|(check, _)| check.name.as_str()).collect();
        lines.push((true, line().plain(format!("{} \u{b7} {}", checks.join(", "), super::super::all(&by)))));
    }
    Some(Block::Checklist(lines))
}
