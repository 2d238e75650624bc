//! The way back of an environment that customers see, from the card.

use commands::Invocation;

use crate::domain::message::{Button, Look};

use super::view::CardView;

/// To which version production can go back from here, and the button that does.
pub(super) fn way_back(view: &CardView<'_>, place: &str) -> Option<(String, Button)> {
    let release = view.release;
    let known = view.around.ledgers.get(place).filter(|_| release.spec.plan.is_production(place))?;
    let tried = known.attempt().is_some_and(|attempt| attempt.tag == release.spec.tag);
    let runs = known.runs().is_some_and(|runs| runs.tag == release.spec.tag);
    let to = known.roll_back_targets().first().filter(|_| tried || runs)?.version.clone();
    let back = Invocation::new("release rollback").with("environment", place).with("of", release.spec.id.to_string());
    Some((to, Button::say("Roll back\u{2026}", Look::Danger, &back)?))
}
