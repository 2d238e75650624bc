//! What a card says while something around a release holds it: a hold, a hotfix, a freeze.

use commands::Invocation;

use crate::domain::{
    freeze::verdict::{Closed, ClosedBy},
    message::{Button, Look, line},
    release::{
        barrier::Barrier,
        next::Wait,
        plan::{By, Step},
    },
};

use super::{
    super::{freeze, spoken},
    standing::{CardSign, CardStanding},
    stopped::{past, resume},
    view::{CardView, names, quoted},
};

/// How it stands behind a barrier.
pub(super) fn behind(view: &CardView<'_>, step: usize, wait: &Wait, barrier: &Barrier) -> CardStanding {
    match barrier {
        Barrier::Hotfix { version } => {
            let ask = line()
                .plain(format!("Nothing to do here: v{version} goes to production first; then {}.", then(view, step)));
            let status = Invocation::new("release status").with("version", version.to_string());
            let open = Button::say_of("Open the hotfix", Look::Primary, &status, &view.release.spec.project);
            CardStanding::new(CardSign::Held, format!("behind hotfix v{version}"), ask).row([open, view.more()])
        }
        Barrier::Held { environment: place, hold } => {
            let there = spoken(place);
            let ask = names(&view.releasing()).plain(format!(": resume {there} when the cause is gone."));
            CardStanding::new(CardSign::Held, format!("{there} is held"), ask)
                .when(view.at("Held since", hold.hold.at))
                .detail(line().plain(format!("{} was rolled back. ", hold.hold.from)).and(view.cause(&hold.hold)))
                .row([resume(view, place), view.more()])
        }
        Barrier::Frozen(closed) => frozen(view, step, wait, closed),
    }
}

/// What comes once nothing holds it any more.
fn then(view: &CardView<'_>, step: usize) -> String {
    let by_hand =
        matches!(view.step(step), Some(Step::AwaitMerge { at: None })) && view.release.state.merge_asked.is_none();
    match view.pull_request().filter(|_| by_hand) {
        Some((number, _)) => format!("{} merges {number}", names(&view.releasing()).plain_text()),
        None => "it goes on by itself".to_owned(),
    }
}

fn frozen(view: &CardView<'_>, step: usize, wait: &Wait, closed: &Closed) -> CardStanding {
    let ask = match closed.reopens {
        Some(at) => {
            line().plain("Nothing to do until ").moment(at, view.now).plain(format!("; then {}.", then(view, step)))
        }
        None => line().plain(format!("Nothing to do until the freeze is lifted; then {}.", then(view, step))),
    };
    let window = !closed.by.iter().any(|by| by.freeze().is_some());
    let standing = CardStanding::new(CardSign::Frozen, if window { "outside its window" } else { "frozen" }, ask);
    let why = closed.by.iter().map(|by| match by {
        ClosedBy::Freeze(one) => format!("{}: {} ({})", one.owner, quoted(&one.reason), freeze::name(one)),
        ClosedBy::Window { name, .. } => format!("Deploys are closed outside the window {}", quoted(name)),
    });
    let standing = why.fold(standing, |standing, why| standing.detail(line().plain(why)));
    // Leave for the pull request lets through its merge, and what CD deploys because of that.
    let helps = matches!(view.step(step), Some(Step::AwaitMerge { .. } | Step::Deploy { by: By::Push, .. }));
    standing.row([past(view, wait).filter(|_| helps), view.more()])
}
