//! The buttons that help in more than one place.

use commands::Invocation;

use super::{about, short};
use crate::domain::{
    message::{Button, Look},
    release::{
        Release,
        gate::{Check, Gate},
        plan::{PullRequestName, Step},
    },
};

/// What people do when a release could not leave.
pub fn departure_buttons(release: &Release, step: usize) -> Vec<Button> {
    // Nothing goes to production by one press.
    let merge = about(release, "release merge").with("ask", "yes");
    let buttons = [Button::say("Merge now", Look::Primary, &merge), move_button(release, step), cancel_button(release)];
    buttons.into_iter().flatten().collect()
}

/// Asks whether a release is to be cancelled, and what that removes.
pub(super) fn cancel_button(release: &Release) -> Option<Button> {
    Button::say("Cancel\u{2026}", Look::Danger, &about(release, "cancel"))
}

/// Opens the pull request that a step waits for.
pub(super) fn page_of(release: &Release, step: usize) -> Option<Button> {
    let planned = release.spec.plan.step(step)?;
    let name =
        if matches!(planned, Step::AwaitMerge { .. }) { PullRequestName::Release } else { PullRequestName::Backport };
    let (number, url) = release.state.pull_requests.get(&name)?;
    Some(Button::open(format!("Open #{number}"), url))
}

/// Moves the date of a step.
pub(super) fn move_button(release: &Release, step: usize) -> Option<Button> {
    let date = release.spec.plan.date_of(step)?;
    Button::say("Move it\u{2026}", Look::Plain, &about(release, "schedule move").with("date", date))
}

/// The button that asks for the release's own pull request to pass a freeze, once there is one.
pub fn exemption_button(release: &Release) -> Option<Button> {
    let (number, _) = release.state.pull_requests.get(&PullRequestName::Release)?;
    let exempt = Invocation::new("freeze exempt")
        .with("pull-request", number.to_string())
        .with("project", &release.spec.project);
    Button::say("Ask for an exemption\u{2026}", Look::Plain, &exempt)
}

/// How a button names a gate: with the commit that is decided on, so that an old button says nothing about a new one.
pub fn on_present(release: &Release, gate: &Gate) -> String {
    format!("{}/{}", gate.name, short(release.commit_at(gate)))
}

/// One button for each line of a gate's checklist.
pub(super) fn ticks(release: &Release, gate: &Gate) -> Vec<Button> {
    let state = release.state.gates.get(&gate.name).cloned().unwrap_or_default();
    let tick = |(item, check): (usize, &Check)| {
        let sign = if state.ticked.contains_key(&item) { '\u{2611}' } else { '\u{2610}' };
        let tick = about(release, "tick").with("gate", on_present(release, gate)).with("item", (item + 1).to_string());
        // The button says what it wants, so that pressing it twice is pressing it once.
        let tick = if state.ticked.contains_key(&item) { tick.with("off", "yes") } else { tick };
        Button::say(format!("{sign} {}", check.name), Look::Plain, &tick)
    };
    gate.checklist.iter().enumerate().filter_map(tick).collect()
}
