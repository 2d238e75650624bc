//! What a card says of a release that stopped: a failure, a no, a departure that was missed.

use chrono::{DateTime, Utc};
use commands::Invocation;

use crate::domain::{
    message::{Button, Line, Look, line},
    release::{
        fact::Fact,
        next::Wait,
        plan::{PullRequestName, Step},
        setback::Setback,
    },
};

use super::{
    super::{
        about,
        buttons::{cancel_button, exemption_button, move_button, on_present},
        capital, environment, spoken, wait,
    },
    heading::LINE,
    outside::open_page,
    standing::{CardSign, CardStanding},
    view::{CardView, names, problem_line, quoted},
    way_back::way_back,
};

/// A step failed, and waits for a person.
pub(super) fn failed(view: &CardView<'_>, step: usize, problem: &Setback) -> CardStanding {
    let place = view.release.spec.plan.environment_of(step);
    let back = place.and_then(|place| way_back(view, place));
    let (who, or) = match &back {
        Some((to, _)) => (view.rescuing(), format!(", or roll back to {to}")),
        None => (view.releasing(), String::new()),
    };
    let ask = names(&who).plain(format!(": retry{or}."));
    let stage = view.release.spec.plan.stage_of(step).map_or("it", |stage| stage.in_short());
    let at = format!("stopped at {stage}");
    let fits = view.release.name().chars().count() + 3 + at.chars().count() <= LINE;
    let at = if fits { at } else { "stopped".to_owned() };
    let words = place.map_or(at, |place| format!("{} failed", spoken(place)));
    let standing = CardStanding::new(CardSign::Stopped, words, ask)
        .when(failed_at(view, step).map(|at| view.at("Stopped since", at)))
        .detail(line().bold("Failed").plain(": ").and(problem_line(&problem.to_string())))
        .detail(place.and_then(|place| good_there(view, place)))
        .alone();
    let retry = view.say("Retry", Look::Primary, "release retry");
    let log = view.run_page(step).map(|url| Button::open("Log", url));
    match back {
        Some((_, roll_back)) => standing.row([retry, Some(roll_back)]).row([hotfix(view), log, view.more()]),
        None => standing.row([retry, log, view.more()]),
    }
}

/// What was well there before.
fn good_there(view: &CardView<'_>, place: &str) -> Option<Line> {
    let known = view.around.ledgers.get(place)?;
    let good = known.roll_back_targets().into_iter().find(|one| one.tag != view.release.spec.tag)?;
    let words = line().bold("Last good there").plain(format!(": {}, since ", good.version));
    Some(words.moment(good.since, view.now))
}

fn hotfix(view: &CardView<'_>) -> Option<Button> {
    Button::say_of("Hotfix\u{2026}", Look::Plain, &Invocation::new("hotfix"), &view.release.spec.project)
}

/// When a step failed last.
fn failed_at(view: &CardView<'_>, step: usize) -> Option<DateTime<Utc>> {
    let fits = |fact: &Fact| matches!(fact, Fact::Failed { step: failed, .. } if *failed == step);
    view.release.facts.iter().rev().find(|recorded| fits(&recorded.fact)).map(|recorded| recorded.at)
}

/// Somebody said no.
pub(super) fn rejected(view: &CardView<'_>, step: usize, (by, reason): (&str, &str), freezing: bool) -> CardStanding {
    let release = view.release;
    let Some(gate) = view.step(step).and_then(Step::gate) else {
        return CardStanding::new(CardSign::Stopped, "rejected", line().plain(quoted(reason)));
    };
    let name = view.gate_name(step, gate);
    let is_stage = release.spec.plan.stage_of(step).is_some_and(|stage| stage.in_short() == name);
    let said = if is_stage { name.clone() } else { by.to_owned() };
    let who = wait::sent_back_to(release, &gate.name, view.people);
    let branch = release.spec.plan.steps.get(step).and_then(|planned| release.spec.repeats_on(planned.stage));
    let ask = match branch {
        Some(branch) => {
            let pass = if freezing { ", let in with /freeze exempt" } else { "" };
            names(&who).plain(format!(": push a fix to {branch}{pass}; then {name} is asked again."))
        }
        None => names(&view.releasing()).plain(": ").and(wait::rejected::way_on(release, step, freezing)).plain("."),
    };
    let at = release.facts.iter().rev().find_map(|recorded| {
        let no = matches!(&recorded.fact, Fact::Rejected { gate: of, .. } if *of == gate.name);
        no.then_some(recorded.at)
    });
    let withdraw = about(release, "withdraw").with("gate", on_present(release, gate));
    let withdraw = Button::say("Take it back", Look::Plain, &withdraw);
    let standing = CardStanding::new(CardSign::Stopped, format!("{said} said no"), ask)
        .when(at.map(|at| view.at("Since", at)))
        .detail(line().plain(format!("{by}: {}", quoted(reason))))
        .alone();
    let ways: Vec<Option<Button>> = wait::rejected::buttons(release, step).into_iter().map(Some).collect();
    match ways.is_empty() {
        true => standing.row([open_page(view, PullRequestName::Release), withdraw, view.more()]),
        false => standing.row(ways).row([withdraw, view.more()]),
    }
}

/// Something was missing when it should have left.
pub(super) fn missed(view: &CardView<'_>, step: usize, at: DateTime<Utc>, obstacle: Option<&Wait>) -> CardStanding {
    let missing = obstacle.map(|obstacle| wait::obstacle_in_words(obstacle, view.people));
    let what = match (view.release.merged_otherwise(), &missing) {
        (Some(merge), _) => format!(": #{} is merged already, and not by me. Go on, or cancel.", merge.number),
        (None, Some(_)) => ": settle what is missing, then merge it or move the departure.".to_owned(),
        (None, None) => ": merge it now, or move the departure. Nothing is missing any more.".to_owned(),
    };
    let helps = obstacle.and_then(|obstacle| past(view, obstacle));
    let merge = about(view.release, "release merge").with("ask", "yes");
    let merge = Button::say("Merge now", Look::Primary, &merge);
    CardStanding::new(CardSign::Stopped, "did not leave", names(&view.releasing()).plain(what))
        .when(view.at("Due since", at))
        .detail(missing.map(|missing| line().bold("Missing").plain(": ").and(missing)))
        .row([helps, merge, move_button(view.release, step)])
        .row([open_page(view, PullRequestName::Release), view.more()])
}

/// The button that takes what holds it out of the way.
pub(super) fn past(view: &CardView<'_>, obstacle: &Wait) -> Option<Button> {
    use crate::domain::release::barrier::Barrier;
    let Wait::Around(barrier) = obstacle else { return None };
    match barrier {
        Barrier::Frozen(_) => {
            exemption_button(view.release).map(|button| Button { label: "Ask to pass\u{2026}".to_owned(), ..button })
        }
        Barrier::Held { environment, .. } => resume(view, environment),
        Barrier::Hotfix { .. } => None,
    }
}

/// Lets deploys into an environment again.
pub(super) fn resume(view: &CardView<'_>, place: &str) -> Option<Button> {
    let button = environment::resume_button(&view.release.spec.project, place)?;
    Some(Button { look: Look::Primary, ..button })
}

/// What became of a deploy that is not there any more.
struct SetBack<'a> {
    place: &'a str,
    held: bool,
    /// Where the release stands.
    words: String,
    /// What helps.
    helps: &'static str,
    /// What runs there now, as a sentence without a full stop.
    runs: String,
    /// What went wrong, if that is known.
    problem: Option<&'a Setback>,
    /// Whether nothing of the release is left to bring there.
    passed: bool,
}

/// It was rolled back.
pub(super) fn rolled_back(
    view: &CardView<'_>,
    step: usize,
    (problem, place): (&Setback, &str),
    to: &str,
    held: bool,
) -> CardStanding {
    let runs = format!("{} runs {to} again", capital(&spoken(place)));
    let (words, helps) = (format!("back to {to}"), "retry, or bring a fix");
    set_back(view, step, SetBack { place, held, words, helps, runs, problem: Some(problem), passed: false })
}

/// What it deployed does not run there any more.
pub(super) fn undone(view: &CardView<'_>, step: usize, wait: &Wait) -> CardStanding {
    let Wait::Undone { environment, runs, taken_back, production, held, .. } = wait else {
        return CardStanding::new(CardSign::Stopped, "stopped", wait::in_words(view.release, step, wait, view.people));
    };
    let (place, held) = (environment.as_str(), *held);
    let there = spoken(place);
    let (words, helps, now) = match (taken_back, runs) {
        (true, Some(runs)) => (
            format!("back to {runs}"),
            "retry, bring a fix, or cancel",
            format!("{} runs {runs} again", capital(&there)),
        ),
        (true, None) => {
            ("taken back".to_owned(), "retry, bring a fix, or cancel", format!("What {there} runs now is not known"))
        }
        (false, runs) => {
            let runs = runs.as_deref().unwrap_or("something else");
            let helps = if *production { "skip it with a reason, or cancel" } else { "retry to bring it there again" };
            let now = format!("{} runs {runs}, not {}", capital(&there), view.release.spec.version);
            (format!("{there} runs {runs}"), helps, now)
        }
    };
    let passed = !taken_back && *production;
    set_back(view, step, SetBack { place, held, words, helps, runs: now, problem: None, passed })
}

fn set_back(view: &CardView<'_>, step: usize, back: SetBack<'_>) -> CardStanding {
    let (who, there) = (names(&view.releasing()), spoken(back.place));
    let hold = view.around.holds.get(back.place).map(|holding| &holding.hold);
    let why = back.problem.map(|problem| problem_line(&capital(&problem.to_string())));
    if back.held {
        let said = hold.map(|hold| view.cause(hold));
        let ask = who.plain(format!(": resume {there} when the cause is gone."));
        return CardStanding::new(CardSign::Held, format!("{}, held", back.words), ask)
            .when(hold.map(|hold| view.at("Held since", hold.at)))
            .detail(said.or(why))
            .detail(line().plain(format!("{}; nothing deploys there until it is resumed.", back.runs)))
            .alone()
            .row([resume(view, back.place), hotfix(view), view.more()]);
    }
    let say = |words: &str, look, path: &str, fits: bool| view.say(words, look, path).filter(|_| fits);
    let log = view.run_page(step).map(|url| Button::open("Log", url));
    CardStanding::new(CardSign::Stopped, back.words, who.plain(format!(": {}.", back.helps)))
        .detail(why)
        .detail(line().plain(format!("{}.", back.runs)))
        .alone()
        .row([
            say("Retry", Look::Primary, "release retry", !back.passed),
            say("Skip\u{2026}", Look::Plain, "release skip", back.passed),
            cancel_button(view.release).filter(|_| back.passed),
            log,
            view.more(),
        ])
}
