//! What a card says while something outside has to happen: a merge, a push, a word on GitHub.

use crate::domain::{
    message::{Button, Line, Look, line},
    release::{
        conflict::{Conflict, authors, named, paths},
        plan::{PullRequestName, Step},
    },
};

use super::{
    super::{about, code::with_code, spoken, wait},
    standing::{CardSign, CardStanding},
    view::{CardView, names, sentence},
    working,
};

/// How it stands with what is waited for outside.
pub(super) fn outside(view: &CardView<'_>, step: usize, seen: &str, asks: bool) -> CardStanding {
    let state = view.release.state.step(step);
    if let Some(conflict) = &state.conflict {
        return conflicting(view, step, conflict);
    }
    if matches!(view.step(step), Some(Step::AwaitMerge { .. })) {
        return merge(view, seen, asks);
    }
    if matches!(view.step(step), Some(Step::AwaitFix)) {
        return fix(view);
    }
    if asks { asked(view, step, seen) } else { working::at_work(view, step, seen) }
}

/// Somebody merges the release's pull request.
fn merge(view: &CardView<'_>, seen: &str, asks: bool) -> CardStanding {
    let release = view.release;
    let who = names(&view.releasing());
    let number = view.pull_request().map_or_else(|| "it".to_owned(), |(number, _)| number);
    let open = open_page(view, PullRequestName::Release);
    let merge_button =
        |label: &str| Button::say(label, Look::Primary, &about(release, "release merge").with("ask", "yes"));
    if let Some(merge) = release.merged_otherwise() {
        let take = if merge.rewritten { "Take it as it is" } else { "Merge the rest" };
        let ask = who.plain(format!(": {number} is merged already, and not by me. {take}, or cancel."));
        return CardStanding::new(CardSign::Asks, "merged otherwise", ask)
            .when(view.target())
            .detail((!seen.is_empty()).then(|| with_code(&sentence(seen))))
            .row([merge_button(take), open, view.more()]);
    }
    let merge = merge_button("Merge\u{2026}");
    if asks {
        let at_once = release.deploys_at_merge().map(|place| format!("; {} deploys at once", spoken(place)));
        let ask =
            who.plain(format!(": merge {number} into {}{}.", release.spec.production, at_once.unwrap_or_default()));
        return CardStanding::new(CardSign::Asks, "ready to merge", ask).when(view.target()).row([merge, open]);
    }
    let seen = match seen {
        "" => "Nothing to do yet. ".to_owned(),
        seen => sentence(seen) + " ",
    };
    let ask = with_code(&seen).plain("Then ").and(who).plain(format!(" merges {number}."));
    CardStanding::new(CardSign::Works, "not ready to merge", ask).when(view.target()).row([open, merge, view.more()])
}

/// Somebody pushes the fix.
fn fix(view: &CardView<'_>) -> CardStanding {
    let who = names(&wait::menders(view.release, None, view.people));
    let ask = who.plain(format!(": push the fix to {}.", view.release.spec.branch));
    CardStanding::new(CardSign::Asks, "waits for the fix", ask)
        .when(view.target())
        .detail(then(view))
        .alone()
        .row([open_page(view, PullRequestName::Release), view.more()])
}

/// What follows: the gates, the merge, production.
fn then(view: &CardView<'_>) -> Option<Line> {
    let (plan, state) = (&view.release.spec.plan, &view.release.state);
    let mut words: Vec<String> = vec![];
    for (at, planned) in
        plan.steps.iter().enumerate().filter(|(at, _)| !state.step(*at).is_over() && !view.is_beside(*at))
    {
        let one = match &planned.step {
            Step::SignOff(gate) => {
                format!("{} ({})", view.gate_name(at, gate).to_lowercase(), names(&view.deciding(gate)).plain_text())
            }
            Step::AwaitMerge { .. } => "merge".to_owned(),
            step => match step.deploys_to() {
                Some(place) => spoken(place),
                None => continue,
            },
        };
        let ends = planned.step.deploys_to().is_some_and(|place| plan.is_production(place));
        words.push(one);
        if ends {
            break;
        }
    }
    (!words.is_empty()).then(|| line().plain(format!("Then: {}.", words.join(", "))))
}

/// Whoever knows the files merges by hand.
fn conflicting(view: &CardView<'_>, step: usize, conflict: &Conflict) -> CardStanding {
    let known: Vec<String> =
        authors(&conflict.files).into_iter().filter(|name| view.people.named(name).is_some()).collect();
    let who = if known.is_empty() { wait::menders(view.release, None, view.people) } else { known };
    let ask = names(&who).plain(format!(": merge {} into {} by hand, and push that.", conflict.from, conflict.into));
    let page = if matches!(view.step(step), Some(Step::MergeWhenGreen)) {
        PullRequestName::Backport
    } else {
        PullRequestName::Release
    };
    let words = if view.is_beside(step) {
        "back-merge conflicts".to_owned()
    } else {
        format!("conflicts with {}", conflict.from)
    };
    CardStanding::new(CardSign::Stopped, words, ask)
        .when(view.target())
        .detail((!conflict.files.is_empty()).then(|| line().plain(format!("In {}.", named(&paths(&conflict.files))))))
        .alone()
        .row([open_page(view, page), view.more()])
}

/// Somebody has to say something on GitHub.
fn asked(view: &CardView<'_>, step: usize, seen: &str) -> CardStanding {
    let deploys = view.release.spec.plan.environment_of(step).map(spoken);
    let words = deploys.map_or_else(|| "needs you on GitHub".to_owned(), |place| format!("{place} needs a yes"));
    let proposed = view.release.state.step(step).proposed.as_ref();
    let proposed = proposed.map(|proposal| Button::open(format!("Open #{}", proposal.number), &proposal.url));
    let back = matches!(view.step(step), Some(Step::MergeWhenGreen));
    let back = open_page(view, PullRequestName::Backport).filter(|_| back);
    let page = proposed.or(back).or_else(|| view.run_page(step).map(|url| Button::open("Open", url)));
    let ask = names(&view.releasing()).plain(": ").and(with_code(&sentence_inside(seen)));
    CardStanding::new(CardSign::Asks, words, ask).when(view.target()).row([page, view.more()])
}

fn sentence_inside(seen: &str) -> String {
    format!("{}.", seen.trim_end_matches('.'))
}

/// Opens a pull request of the release.
pub(super) fn open_page(view: &CardView<'_>, name: PullRequestName) -> Option<Button> {
    let (number, url) = view.release.state.pull_requests.get(&name)?;
    Some(Button::open(format!("Open #{number}"), url))
}
