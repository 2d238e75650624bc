//! Says what a release waits for, and who can do something about it.

use crate::domain::{
    message::{Button, Line, Look, line},
    release::{
        Release,
        barrier::Barrier,
        gate::Gate,
        next::Wait,
        plan::{PullRequestName, Step},
        skip::unskippable,
    },
    team::people::{People, Permission},
};

use super::{
    about, barrier,
    buttons::{cancel_button, departure_buttons, exemption_button, on_present, ticks},
    capital,
    code::with_code,
    deadlock, either, environment, stories,
};

pub mod rejected;
#[cfg(test)]
mod tests;

/// The role of those who write the code.
const DEVELOPER: &str = "developer";

/// What is waited for, in one line.
pub fn in_words(release: &Release, step: usize, wait: &Wait, people: &People) -> Line {
    let picking = release.spec.plan.picking().filter(|picking| picking.step == step);
    let (index, step) = (step, &release.spec.plan.steps[step].step);
    match wait {
        Wait::Decision { have, needed, unticked, by } => {
            let (title, who) = match step.gate() {
                Some(gate) => (capital(&gate.title), may_decide(release, gate, people)),
                None => (step.in_words(), vec![]),
            };
            let mut words = line().bold(title);
            if *needed > 1 {
                words = words.plain(format!(" ({have} of {needed})"));
            }
            words = match step.gate().and_then(|gate| release.deadlock(gate, people)) {
                Some(deadlock) => words.plain(format!(": {}", deadlock::why(&deadlock))),
                None => words.plain(format!(": {} decides", either(&who))),
            };
            if !unticked.is_empty() {
                words = words.plain(format!("; still open: {}", unticked.join(", ")));
            }
            if picking.is_some() {
                words = words.plain(format!("; {}", stories::to_decide(release)));
            }
            if let Some(at) = by {
                words = words.plain(", by ").time(*at);
            }
            if let Some(unknown) = step.gate().and_then(|gate| unknown_authors(release, gate)) {
                words = words.plain(unknown);
            }
            let differ = picking.and_then(|picking| stories::to_settle(release, picking));
            differ.into_iter().fold(words, |words, differ| words.plain(format!(". {differ}")))
        }
        Wait::Until { at, title } => line().bold(capital(title)).plain(": ").time(*at),
        Wait::Missed { obstacle, .. } if let Some(merge) = release.merged_otherwise() => {
            let words = line().bold(format!("#{} is merged already", merge.number)).plain(", and not by me");
            let missing = obstacle.as_deref().map(|obstacle| obstacle_in_words(obstacle, people));
            missing.into_iter().fold(words, |words, missing| words.plain(". Missing now: ").and(missing))
        }
        Wait::Missed { at, obstacle } => {
            let words = line().bold("Did not leave ").time(*at);
            match obstacle {
                Some(obstacle) => {
                    Line([words.plain(". Missing now: ").0, obstacle_in_words(obstacle, people).0].concat())
                        .plain(". Once that is settled, somebody merges it or moves the departure")
                }
                None => words.plain(". Nothing is missing any more: somebody merges it or moves the departure"),
            }
        }
        Wait::RolledBack { problem, environment, to, held } => line()
            .bold(format!("Rolled back: {} runs {to} again", super::spoken(environment)))
            .plain(format!(". What went wrong: {problem}. "))
            .plain(match held {
                true => format!(
                    "{} takes no deploys until somebody says /release resume {environment}",
                    super::place(environment)
                ),
                false => "Retry it, or bring a fix".to_owned(),
            }),
        Wait::Undone { environment, runs, taken_back, production, held, .. } => {
            let version = &release.spec.version;
            let there = super::spoken(environment);
            let words = line().bold(format!("{version} does not run in {there} any more"));
            let runs = match (taken_back, runs) {
                (true, Some(runs)) => format!(": it was taken back, and {there} runs {runs}. "),
                (true, None) => format!(": it was taken back, and what {there} runs now is not known. "),
                (false, runs) => format!(": {there} runs {}. ", runs.as_deref().unwrap_or("something else")),
            };
            words.plain(runs).plain(match (taken_back, production, held) {
                (_, _, true) => format!(
                    "{} takes no deploys until somebody says /release resume {environment}",
                    super::place(environment)
                ),
                (true, _, false) => "Retry it, bring a fix, or cancel".to_owned(),
                (false, true, false) => "Nothing is left to decide here: skip it with a reason, or cancel".to_owned(),
                (false, false, false) => "Retry brings it there again".to_owned(),
            })
        }
        Wait::Rejected { by, reason, freezing } => line()
            .bold(format!("Rejected by {by}"))
            .plain(format!(": {reason}. "))
            .and(rejected::way_on(release, index, *freezing))
            .plain(format!(". Or {by} withdraws the rejection")),
        Wait::Outside { .. } if let Some(picking) = picking => stories::under_way(release, picking, people),
        Wait::Outside { seen: None, .. } => line().plain(capital(&release.doing(index))),
        Wait::Outside { seen: Some(seen), .. } => with_code(&capital(&seen.to_string())),
        Wait::Unseen { problem } => line()
            .bold(format!("Not known: {}", release.doing(index)))
            .plain(". I cannot see how it stands: ")
            .and(with_code(&problem.to_string()))
            .plain(". I look again by myself"),
        Wait::Retry { at, problem } => {
            with_code(&format!("{}; trying again by itself at ", capital(&problem.to_string()))).time(*at)
        }
        Wait::Person { problem } => line().bold("Stopped").plain(": ").and(with_code(&problem.to_string())),
        Wait::Around(barrier) => barrier::waited_for(barrier, people),
    }
}

/// That a second person decides, because nobody can say whose work it is.
pub fn unknown_authors(release: &Release, gate: &Gate) -> Option<String> {
    let unknown = &release.authorship(gate).filter(|_| !gate.author_may)?.unknown;
    let more = unknown.len().saturating_sub(3);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = unknown.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    (!unknown.is_empty()).then(|| format!(". Who wrote it is not known, so two people decide: {named}{more}"))
}

/// What a release waits for above all: what goes on beside it comes second.
pub fn foremost<'a>(release: &Release, waits: &'a [(usize, Wait)]) -> Option<&'a (usize, Wait)> {
    let plan = &release.spec.plan;
    waits.iter().find(|(step, _)| !plan.stages[plan.steps[*step].stage].background).or_else(|| waits.first())
}

/// Who can act on a wait.
pub fn who_can(release: &Release, step: usize, wait: &Wait, people: &People) -> Vec<String> {
    let step = &release.spec.plan.steps[step].step;
    let releasing = || people.holding(&people.roles_with(Permission::Release));
    match wait {
        Wait::Decision { .. } => step.gate().map(|gate| who_decides(release, gate, people)).unwrap_or_default(),
        Wait::Rejected { .. } => step.gate().map(|gate| sent_back_to(release, &gate.name, people)).unwrap_or_default(),
        Wait::Outside { .. } if matches!(step, Step::Pick { .. }) => {
            let picking = release.spec.plan.picking();
            picking.map(|picking| stories::who_can(release, picking, people)).unwrap_or_default()
        }
        Wait::Outside { asks, .. } => {
            let to_merge = matches!(step, Step::MergeWhenGreen);
            let asked = *asks && (to_merge || step.deploys_to().is_some());
            if matches!(step, Step::AwaitMerge { .. }) || asked { releasing() } else { vec![] }
        }
        Wait::Person { .. }
        | Wait::RolledBack { .. }
        | Wait::Undone { .. }
        | Wait::Missed { .. }
        | Wait::Around(Barrier::Held { .. })
        | Wait::Unseen { .. } => releasing(),
        Wait::Until { .. } | Wait::Retry { .. } | Wait::Around(Barrier::Hotfix { .. } | Barrier::Frozen(_)) => vec![],
    }
}

/// The buttons that help with a wait.
pub fn buttons(release: &Release, step: usize, wait: &Wait) -> Vec<Vec<Button>> {
    let planned = &release.spec.plan.steps[step].step;
    let is_picking = matches!(planned, Step::Pick { .. });
    match wait {
        Wait::Decision { .. } | Wait::Outside { .. } | Wait::Retry { .. } | Wait::Around(Barrier::Held { .. })
            if is_picking =>
        {
            let picking = release.spec.plan.picking();
            picking.map(|picking| stories::buttons(release, picking, wait)).unwrap_or_default()
        }
        Wait::Decision { .. } => planned.gate().map(|gate| decisions(release, gate)).unwrap_or_default(),
        Wait::Rejected { .. } => {
            let Some(gate) = planned.gate() else { return vec![] };
            let withdraw = about(release, "withdraw").with("gate", on_present(release, gate));
            let withdraw = Button::say("Withdraw the rejection", Look::Plain, &withdraw);
            vec![withdraw.into_iter().chain(rejected::buttons(release, step)).collect()]
        }
        Wait::Outside { .. } => outside(release, step),
        Wait::Missed { obstacle, .. } => {
            let helps = obstacle.as_deref().and_then(|obstacle| past(release, obstacle));
            vec![helps.into_iter().chain(departure_buttons(release, step)).collect()]
        }
        Wait::Around(Barrier::Frozen(_)) if !matches!(planned, Step::AwaitMerge { .. }) => vec![],
        Wait::Around(Barrier::Frozen(_) | Barrier::Held { .. }) => vec![past(release, wait).into_iter().collect()],
        Wait::Person { .. } | Wait::RolledBack { .. } | Wait::Undone { .. } => stopped(release, step, wait),
        Wait::Until { .. } | Wait::Unseen { .. } | Wait::Retry { .. } | Wait::Around(Barrier::Hotfix { .. }) => vec![],
    }
}

/// The checklist of a gate, and its two answers.
fn decisions(release: &Release, gate: &Gate) -> Vec<Vec<Button>> {
    let decide = |label: &str, look, path| {
        Button::say(label, look, &about(release, path).with("gate", on_present(release, gate)))
    };
    let yes = gate.promotes.as_ref().map_or_else(|| "Approve".to_owned(), |to| format!("Promote to {to}"));
    let decisions = [decide(&yes, Look::Good, "approve"), decide("Reject", Look::Danger, "reject")];
    vec![ticks(release, gate), decisions.into_iter().flatten().collect()]
}

/// The pull request that is waited for, and its merge where that is for people to say.
fn outside(release: &Release, step: usize) -> Vec<Vec<Button>> {
    let state = &release.state.steps[step];
    let page = |(number, url): &(u64, String)| Button::open(format!("Open #{number}"), url);
    let pull_request = |name| release.state.pull_requests.get(&name).map(page);
    let planned = &release.spec.plan.steps[step].step;
    if matches!(planned, Step::AwaitMerge { .. }) {
        let rewritten = release.merged_otherwise().is_some_and(|merge| merge.rewritten);
        let label = if rewritten { "Take it as it is" } else { "Merge" };
        let merge = Button::say(label, Look::Primary, &about(release, "release merge").with("ask", "yes"));
        let merge = merge.filter(|_| state.conflict.is_none());
        return vec![merge.into_iter().chain(pull_request(PullRequestName::Release)).collect()];
    }
    if *planned == Step::MergeWhenGreen {
        return vec![pull_request(PullRequestName::Backport).into_iter().collect()];
    }
    if matches!(planned, Step::Merge { .. }) {
        let proposed = state.proposed.as_ref().map(|proposal| (proposal.number, proposal.url.clone()));
        return vec![proposed.as_ref().map(page).into_iter().collect()];
    }
    vec![]
}

/// The button that takes a freeze or a hold out of the way.
fn past(release: &Release, obstacle: &Wait) -> Option<Button> {
    let Wait::Around(barrier) = obstacle else { return None };
    match barrier {
        Barrier::Frozen(_) => exemption_button(release),
        Barrier::Held { environment, .. } => environment::resume_button(&release.spec.project, environment),
        Barrier::Hotfix { .. } => None,
    }
}

/// How it goes on after what stopped.
fn stopped(release: &Release, step: usize, wait: &Wait) -> Vec<Vec<Button>> {
    let say = |label: &str, look, path: &str| Button::say(label, look, &about(release, path));
    let first =
        if let Wait::RolledBack { environment, held: true, .. } | Wait::Undone { environment, held: true, .. } = wait {
            environment::resume_button(&release.spec.project, environment)
        } else if matches!(wait, Wait::Undone { taken_back: false, production: true, .. }) {
            None
        } else {
            say("Retry", Look::Primary, "release retry")
        };
    let may_skip = unskippable(release, step).is_none() && !matches!(wait, Wait::Undone { taken_back: true, .. });
    let skip = say("Skip\u{2026}", Look::Plain, "release skip").filter(|_| may_skip);
    let cancel = cancel_button(release);
    vec![[first, skip, cancel].into_iter().flatten().collect()]
}

/// What stands in the way of a merge, in words that follow a colon.
pub fn obstacle_in_words(obstacle: &Wait, people: &People) -> Line {
    match obstacle {
        Wait::Around(barrier) => barrier::in_the_way(barrier, people),
        Wait::Outside { seen: Some(seen), .. } => with_code(&seen.to_string()),
        Wait::Unseen { problem } => line().plain(format!("how it stands on GitHub, which I cannot see: {problem}")),
        Wait::Decision { .. }
        | Wait::Until { .. }
        | Wait::Missed { .. }
        | Wait::RolledBack { .. }
        | Wait::Undone { .. }
        | Wait::Rejected { .. }
        | Wait::Outside { seen: None, .. }
        | Wait::Retry { .. }
        | Wait::Person { .. } => line(),
    }
}

/// Those to whom a rejection at a gate sends the release back: the roles that the gate names, else those who can mend it and whoever
/// asked for the release.
pub fn sent_back_to(release: &Release, gate: &str, people: &People) -> Vec<String> {
    let gate = release.spec.plan.gate(gate).map(|(_, gate)| gate);
    let roles = gate.map(|gate| gate.back_to.clone()).unwrap_or_default();
    if !roles.is_empty() {
        return people.holding(&roles);
    }
    let mut names = menders(release, gate, people);
    let asked = &release.spec.requester;
    if !names.contains(asked) && people.named(asked).is_some() {
        names.push(asked.clone());
    }
    names
}

/// Those who can mend what is decided on at a gate: who wrote it, as far as that is known, else the developers, else whoever asked
/// for the release.
pub fn menders(release: &Release, gate: Option<&Gate>, people: &People) -> Vec<String> {
    let authors =
        gate.and_then(|gate| release.authorship(gate)).map(|authors| authors.known.clone()).unwrap_or_default();
    let authors: Vec<String> = authors.into_iter().filter(|name| people.named(name).is_some()).collect();
    let asked = vec![release.spec.requester.clone()];
    let mut groups = [authors, people.holding(&[DEVELOPER.to_owned()])].into_iter();
    groups.find(|names| !names.is_empty()).unwrap_or(asked)
}

/// Those who are asked to decide at a gate; where they are too few, whoever may release, too.
fn who_decides(release: &Release, gate: &Gate, people: &People) -> Vec<String> {
    let mut names = may_decide(release, gate, people);
    if release.deadlock(gate, people).is_some() {
        let releasing = people.holding(&people.roles_with(Permission::Release));
        names.extend(releasing.into_iter().filter(|name| !may_decide(release, gate, people).contains(name)));
    }
    names
}

/// The people who may decide at a gate of this release.
pub fn may_decide(release: &Release, gate: &Gate, people: &People) -> Vec<String> {
    let mut names = people.holding(&gate.roles);
    names.retain(|name| release.stands_against(gate, name, people).is_none());
    names
}
