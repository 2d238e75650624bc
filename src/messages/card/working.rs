//! What a card says while nobody has to do anything.

use chrono::{DateTime, Utc};

use crate::domain::{
    message::{Button, Line, Look, line},
    release::{plan::Step, rollout::Phase, setback::Setback},
};

use super::{
    super::{capital, code::with_code, spoken},
    standing::{CardSign, CardStanding},
    view::{CardView, counted, names, problem_line, sentence},
    way_back::way_back,
};

/// The bot is at a step, or what it asked for goes on outside.
pub(super) fn at_work(view: &CardView<'_>, step: usize, seen: &str) -> CardStanding {
    let deploys = view.release.spec.plan.environment_of(step).is_some();
    let seen = (!deploys && !seen.is_empty()).then(|| with_code(&sentence(seen)));
    let beside = view.is_beside(step);
    let standing = match view.live_since() {
        Some(since) if beside || !deploys => {
            CardStanding::new(CardSign::Live, "live", line().plain("Nothing to do.")).when(view.at("Live since", since))
        }
        _ => CardStanding::new(CardSign::Works, doing(view, step), nothing_to_do(view, step)).when(view.target()),
    };
    let watch = view.run_page(step).map(|url| Button::open("Watch", url));
    let standing = standing.detail(seen).detail(begun(view)).detail(frozen_later(view, step));
    match watch {
        Some(watch) => standing.row([Some(watch), view.more()]),
        None => standing.row([view.say("What is in", Look::Plain, "release notes"), view.more()]),
    }
}

/// What is told of a step that runs: of one that only tells that CD is at work on a deploy, that deploy.
pub(super) fn shown(view: &CardView<'_>, step: usize) -> usize {
    let under_way = |earlier: &usize| {
        let state = view.release.state.step(*earlier);
        !state.is_over() && state.rollout.is_asked() && !view.is_beside(*earlier)
    };
    (0..step).find(under_way).unwrap_or(step)
}

/// It is not time yet.
pub(super) fn until(view: &CardView<'_>, step: usize, at: DateTime<Utc>, title: &str) -> CardStanding {
    let share = view.share(step);
    if let Some(environment) = view.release.spec.plan.environment_of(step) {
        let then = share.map(|_| {
            let plan = &view.release.spec.plan;
            let mut later = step + 1..plan.steps.len();
            let next = later.find(
                |later| matches!(plan.step(*later), Some(Step::Deploy { environment: to, .. }) if to == environment),
            );
            let next = next.and_then(|next| view.share(next)).unwrap_or("100");
            format!(", then {next}\u{a0}%")
        });
        let ask = line().plain("Nothing to do. Watched until ").moment(at, view.now).plain(then.unwrap_or_default());
        return CardStanding::new(CardSign::Works, doing(view, step), ask)
            .detail(rest_runs(view, environment, share))
            .row([
                way_back(view, environment).map(|(_, roll_back)| roll_back),
                view.run_page(step).map(|url| Button::open("Watch", url)),
                view.more(),
            ]);
    }
    let ask = line().plain("Nothing to do until ").moment(at, view.now).plain(format!(": {title}."));
    let ask = next_gate(view, step).into_iter().fold(ask, |ask, next| ask.plain(" ").and(next));
    CardStanding::new(CardSign::Works, departing(view).unwrap_or_else(|| format!("waits for {title}")), ask)
        .detail(begun(view))
        .row([view.say("What is in", Look::Plain, "release notes"), view.more()])
}

/// What has to happen outside cannot be seen.
pub(super) fn unseen(view: &CardView<'_>, step: usize, problem: &str) -> CardStanding {
    let ask = line().plain("I cannot see how it stands, and look again by myself.");
    CardStanding::new(CardSign::Works, "not known", ask)
        .detail(line().plain(format!("Not known: {}. ", view.release.doing(step))).and(with_code(&sentence(problem))))
        .row([view.say("Why?", Look::Plain, "why"), view.more()])
}

/// A failure that is tried again by itself.
pub(super) fn again(view: &CardView<'_>, step: usize, at: DateTime<Utc>, problem: &Setback) -> CardStanding {
    let ask = line().plain("Nothing to do: I try again at ").moment(at, view.now).plain(".");
    CardStanding::new(CardSign::Works, "tries again", ask)
        .detail(
            line().plain(format!("{}: ", capital(&view.release.name_of(step)))).and(problem_line(&problem.to_string())),
        )
        .row([view.run_page(step).map(|url| Button::open("Log", url)), view.more()])
}

/// What goes on, behind the name.
pub(super) fn doing(view: &CardView<'_>, step: usize) -> String {
    let plan = &view.release.spec.plan;
    if let Some(environment) = plan.environment_of(step) {
        let there = spoken(environment);
        if let Some(share) = view.share(step).filter(|_| view.release.phase(step) != Phase::RollingBack) {
            return format!("{share}\u{a0}% of {there}");
        }
        return match view.release.phase(step) {
            Phase::Soaking | Phase::Watching => format!("watching {there}"),
            Phase::RollingBack => format!("rolling {there} back"),
            Phase::Planned
            | Phase::Deploying
            | Phase::Settled
            | Phase::Failed
            | Phase::RolledBack
            | Phase::Held
            | Phase::Unanswered => format!("deploying {there}"),
        };
    }
    let first = plan.steps.get(step).is_some_and(|planned| planned.stage == 0);
    match plan.step(step) {
        Some(Step::AwaitChecks { .. }) => "waits for checks".to_owned(),
        Some(Step::AwaitTag { name }) => format!("waits for tag {name}"),
        Some(Step::MergeWhenGreen) => "waits for its back-merge".to_owned(),
        Some(Step::AwaitMerge { .. }) if view.release.state.merge_asked.is_some() => "merging".to_owned(),
        Some(Step::AwaitMerge { .. }) => "not ready to merge".to_owned(),
        Some(step) => match step.gate().filter(|_| matches!(step, Step::SignOff(_))) {
            Some(gate) => format!("goes to {}", gate.title),
            None if first => "building".to_owned(),
            None => "at work".to_owned(),
        },
        None => "at work".to_owned(),
    }
}

/// Nobody has to do anything, and who has to next.
fn nothing_to_do(view: &CardView<'_>, step: usize) -> Line {
    if view.release.goes_to_production(step) || view.release.is_roll_back() {
        return line().plain("Nothing to do.");
    }
    match next_gate(view, step) {
        Some(next) => line().plain("Nothing to do yet. ").and(next),
        None => line().plain("Nothing to do."),
    }
}

/// The next gate, where that is decided on and by whom.
fn next_gate(view: &CardView<'_>, step: usize) -> Option<Line> {
    let plan = &view.release.spec.plan;
    let ahead = plan.gates().filter(|(gate, _)| *gate > step && !view.release.state.step(*gate).is_over());
    let (at, gate) = ahead.into_iter().find(|(at, _)| !view.is_beside(*at))?;
    let place = plan.steps.iter().take(at).skip(step).filter_map(|planned| planned.step.deploys_to()).next_back();
    let name = view.gate_name(at, gate);
    let told = |place: &&str| name.to_lowercase().contains(&spoken(place).to_lowercase());
    let place = place.filter(|place| !plan.is_production(place) && !told(place));
    let place = place.map(|place| format!(" on {}", spoken(place)));
    let who = names(&view.deciding(gate)).plain_text();
    Some(line().plain(format!("Next: {name}{} ({who}).", place.unwrap_or_default())))
}

/// What is in, and where goes what comes now. As long as nobody has decided anything.
fn begun(view: &CardView<'_>) -> Option<Line> {
    let (spec, state) = (&view.release.spec, &view.release.state);
    let early = state.gates.values().all(|gate| gate.approved.is_empty()) && state.merged.is_none();
    let known = view.changes();
    if !early || view.release.is_hotfix() || view.release.is_roll_back() || known == 0 {
        return None;
    }
    let since = spec.previous_tag.as_ref().map(|tag| format!(" since {tag}")).unwrap_or_default();
    let words = format!("In: {}{since}.", counted(known, "change"));
    let cut = spec.branch != spec.source && state.head.is_some();
    let later = format!(" What merges into {} from now on goes to v{}.", spec.source, spec.next_version);
    Some(line().plain(words + if cut { &later } else { "" }))
}

/// A freeze that is there already, and will hold it.
fn frozen_later(view: &CardView<'_>, step: usize) -> Option<Line> {
    let plan = &view.release.spec.plan;
    let merge = plan.find(|step| matches!(step, Step::AwaitMerge { .. })).filter(|merge| *merge > step)?;
    let closed = view.around.freeze.as_ref().filter(|_| !view.release.state.step(merge).is_over())?;
    let words = line().plain("A freeze will hold it before production");
    Some(match closed.reopens {
        Some(at) => words.plain(", until ").moment(at, view.now).plain("."),
        None => words.plain(", as things stand."),
    })
}

/// What the rest of the traffic gets.
fn rest_runs(view: &CardView<'_>, environment: &str, share: Option<&str>) -> Option<Line> {
    let rest = 100_u32.checked_sub(share?.parse().ok()?)?;
    let runs = view.around.ledgers.get(environment)?.runs()?;
    let other = runs.tag != view.release.spec.tag;
    other.then(|| line().plain(format!("{rest}\u{a0}% run {}", runs.tag)))
}

/// When it leaves, where its merge has a date.
pub(super) fn departing(view: &CardView<'_>) -> Option<String> {
    let plan = &view.release.spec.plan;
    let merge = plan.find(|step| matches!(step, Step::AwaitMerge { at: Some(_) }))?;
    let at = *view.release.state.dates.0.get(plan.date_of(merge)?)?;
    let ahead = at > view.now && !view.release.state.step(merge).is_over();
    let zone = plan.zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(view.people.zone);
    let near = at - view.now < chrono::TimeDelta::hours(24);
    ahead.then(|| format!("leaves {}", at.with_timezone(&zone).format(if near { "%H:%M" } else { "%a" })))
}
