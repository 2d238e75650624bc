//! What a card says of a release that is over.

use chrono::{DateTime, Utc};
use commands::Invocation;

use crate::domain::{
    message::{Button, Line, Look, Span, line},
    release::gate::GateState,
};

use super::{
    super::{clean_up, span},
    details::{back, joined},
    standing::{CardSign, CardStanding},
    view::{CardView, quoted},
};

/// Somebody ended it.
pub(super) fn cancelled(view: &CardView<'_>) -> CardStanding {
    // The first line of a hotfix tells what is broken, and not where it stands.
    let words = if view.release.is_hotfix() { "Cancelled by " } else { "" };
    let ask = match &view.release.state.cancelled {
        Some((by, at, reason)) => {
            dated(line().plain(format!("{words}{by}, ")), *at).plain(format!(": {}", quoted(reason)))
        }
        None => line().plain("Nothing is left to do."),
    };
    let plan = match view.release.is_hotfix() {
        true => Invocation::new("hotfix"),
        false => Invocation::new("release prepare").with("dry-run", "yes"),
    };
    let label = if view.release.is_hotfix() { "Hotfix\u{2026}" } else { "Prepare again\u{2026}" };
    let again = Button::say_of(label, Look::Plain, &plan, &view.release.spec.project);
    let again = again.filter(|_| !view.release.is_roll_back());
    let standing = CardStanding::new(CardSign::Cancelled, "cancelled", ask).detail(left(view)).alone();
    standing.row([again, view.more()])
}

/// With a moment and its day: the card of a release that is over is not shown anew, and stays for years.
fn dated(words: Line, at: DateTime<Utc>) -> Line {
    words.and(Line(vec![Span::Moment { at, near: false }]))
}

/// What of it is removed, and what is still there.
fn left(view: &CardView<'_>) -> Option<Line> {
    let places = view.release.spec.plan.environments().into_iter().filter_map(|place| {
        let runs = view.around.ledgers.get(place)?.runs()?;
        let own = runs.release == Some(view.release.spec.id);
        own.then(|| format!("{} still runs {}", super::super::spoken(place), runs.version))
    });
    let (removed, kept) = clean_up::came(view.release);
    let kept: Vec<String> = kept.into_iter().chain(places).collect();
    let kept = (!kept.is_empty()).then(|| format!("Kept: {}.", kept.join(", ")));
    let words: Vec<String> = Some(removed).filter(|words| !words.is_empty()).into_iter().chain(kept).collect();
    (!words.is_empty()).then(|| line().plain(words.join(" ")))
}

/// Everything is done.
pub(super) fn released(view: &CardView<'_>) -> CardStanding {
    let release = view.release;
    let what_is_in = view.say("What is in", Look::Plain, "release notes");
    if let Some(later) = &release.state.overtaken {
        let place = super::super::spoken(&later.environment);
        let ask =
            dated(line().plain(format!("Nothing is left to do: {place} runs {} since ", later.version)), later.at);
        return CardStanding::new(CardSign::Cancelled, format!("replaced by v{}", later.version), ask)
            .alone()
            .row([what_is_in]);
    }
    let live = view.live_since().or(release.state.finished).unwrap_or(view.now);
    let took = span(live - release.spec.at).replace(' ', "\u{a0}");
    let (words, live_words) = if release.is_roll_back() { ("rolled back", "Back") } else { ("released", "Live") };
    let live_words = if view.live_since().is_some() { live_words } else { "Over" };
    let owed = view.around.debts.iter().any(|debt| debt.release == release.spec.id && !debt.is_settled());
    let owed = owed || !release.to_review().is_empty();
    let nothing = if owed { "" } else { ". Nothing is owed" };
    let ask = dated(line().plain(format!("{live_words} ")), live).plain(format!(", {took} after it began{nothing}"));
    let page = release.state.page.as_ref().map(|url| Button::open("Release page", url));
    CardStanding::new(CardSign::Live, words, ask).detail(closing(view)).row([what_is_in, page])
}

/// Who looked at it last, and by what it came back to development.
fn closing(view: &CardView<'_>) -> Option<Line> {
    let (plan, state) = (&view.release.spec.plan, &view.release.state);
    let given = |gate: &GateState| gate.approved.clone();
    let last =
        plan.gates().filter_map(|(_, gate)| state.gates.get(&gate.name)).map(given).filter(|by| !by.is_empty()).last();
    let checked = last.map(|by| {
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        line().plain(format!("Checked by {}", super::super::all(&by)))
    });
    joined(checked.into_iter().chain(back(view)).collect())
}
