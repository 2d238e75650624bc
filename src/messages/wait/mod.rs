//! Says what a release waits for, and who can do something about it.

use crate::domain::{
    message::{Button, Line, Look, line},
    release::{
        Release,
        next::Wait,
        plan::{PullRequestName, Step},
        skip::unskippable,
    },
    team::people::{People, Permission},
};

use super::{
    about,
    buttons::{departure_buttons, exemption_button, ticks},
    capital, either, environment, stories,
};

pub mod rejected;

/// What is waited for, in one line.
pub fn in_words(release: &Release, step: usize, wait: &Wait, people: &People) -> Line {
    let picking = release.spec.plan.picking().filter(|picking| picking.step == step);
    let (index, step) = (step, &release.spec.plan.steps[step].step);
    match wait {
        Wait::Decision { have, needed, unticked, by } => {
            let (title, who) = match step {
                Step::SignOff(gate) | Step::Pick { gate, .. } => {
                    (capital(&gate.title), may_decide(release, gate, people))
                }
                other => (other.in_words(), vec![]),
            };
            let mut words = line().bold(title);
            if *needed > 1 {
                words = words.plain(format!(" ({have} of {needed})"));
            }
            words = words.plain(format!(": {} decides", either(&who)));
            if !unticked.is_empty() {
                words = words.plain(format!("; still open: {}", unticked.join(", ")));
            }
            if picking.is_some() {
                words = words.plain(format!("; {}", stories::to_decide(release)));
            }
            match by {
                Some(at) => words.plain(", by ").time(*at),
                None => words,
            }
        }
        Wait::Until { at, title } => line().bold(capital(title)).plain(": ").time(*at),
        Wait::Missed { at, obstacle } => {
            let words = line().bold("Did not leave ").time(*at);
            match obstacle {
                Some(obstacle) => Line([words.plain(". Missing now: ").0, obstacle_in_words(obstacle).0].concat())
                    .plain(". Once that is settled, somebody merges it or moves the departure"),
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
        Wait::Outside { seen, .. } if seen.is_empty() => line().plain(capital(&release.doing(index))),
        Wait::Outside { seen, .. } => line().plain(capital(seen)),
        Wait::Unseen { problem } => line()
            .bold(format!("Not known: {}", release.doing(index)))
            .plain(format!(". I cannot see how it stands: {problem}. I look again by myself")),
        Wait::Retry { at, problem } => line().plain(format!("{}; trying again at ", capital(problem))).time(*at),
        Wait::Person { problem } => line().bold("Stopped").plain(format!(": {problem}")),
        Wait::Hotfix { version } => {
            line().plain("Hotfix ").bold(version.to_string()).plain(" goes to production first; this release follows")
        }
        Wait::Held { environment, hold } => {
            line().bold(format!("{} is held", super::place(environment))).plain(format!(": {hold}"))
        }
        Wait::Frozen { freeze } => line().plain(capital(freeze)),
    }
}

/// What a release waits for above all: what goes on beside it comes second.
pub fn foremost<'a>(release: &Release, waits: &'a [(usize, Wait)]) -> Option<&'a (usize, Wait)> {
    let plan = &release.spec.plan;
    waits.iter().find(|(step, _)| !plan.stages[plan.steps[*step].stage].background).or_else(|| waits.first())
}

/// Who can act on a wait.
pub fn who_can(release: &Release, step: usize, wait: &Wait, people: &People) -> Vec<String> {
    match (wait, &release.spec.plan.steps[step].step) {
        (Wait::Decision { .. }, Step::SignOff(gate) | Step::Pick { gate, .. }) => may_decide(release, gate, people),
        (Wait::Outside { .. }, Step::Pick { .. }) => {
            let picking = release.spec.plan.picking();
            picking.map(|picking| stories::who_can(release, picking, people)).unwrap_or_default()
        }
        (Wait::Outside { .. }, Step::AwaitMerge { .. })
        | (Wait::Outside { asks: true, .. }, Step::Deploy { .. })
        | (
            Wait::Person { .. }
            | Wait::RolledBack { .. }
            | Wait::Undone { .. }
            | Wait::Missed { .. }
            | Wait::Held { .. }
            | Wait::Unseen { .. },
            _,
        ) => people.holding(&people.roles_with(Permission::Release)),
        (Wait::Rejected { .. }, Step::SignOff(gate) | Step::Pick { gate, .. }) => {
            sent_back_to(release, &gate.name, people)
        }
        _ => vec![],
    }
}

/// The buttons that help with a wait.
pub fn buttons(release: &Release, step: usize, wait: &Wait) -> Vec<Vec<Button>> {
    let planned = &release.spec.plan.steps[step].step;
    let say = |label: &str, look, path: &str| Button::say(label, look, &about(release, path));
    match (wait, planned) {
        (Wait::Decision { .. } | Wait::Outside { .. } | Wait::Retry { .. } | Wait::Held { .. }, Step::Pick { .. }) => {
            let picking = release.spec.plan.picking();
            picking.map(|picking| stories::buttons(release, picking, wait)).unwrap_or_default()
        }
        (Wait::Decision { .. }, Step::SignOff(gate)) => {
            let decide =
                |label: &str, look, path| Button::say(label, look, &about(release, path).with("gate", &gate.name));
            let yes = gate.promotes.as_ref().map_or_else(|| "Approve".to_owned(), |to| format!("Promote to {to}"));
            let decisions = [decide(&yes, Look::Good, "approve"), decide("Reject", Look::Danger, "reject")];
            vec![ticks(release, gate), decisions.into_iter().flatten().collect()]
        }
        (Wait::Rejected { .. }, Step::SignOff(gate) | Step::Pick { gate, .. }) => {
            let withdraw = about(release, "withdraw").with("gate", &gate.name);
            let withdraw = Button::say("Withdraw the rejection", Look::Plain, &withdraw);
            vec![withdraw.into_iter().chain(rejected::buttons(release, step)).collect()]
        }
        (Wait::Outside { .. }, Step::AwaitMerge { .. }) => {
            let page = release.state.pull_requests.get(&PullRequestName::Release);
            let page = page.map(|(number, url)| Button::open(format!("Open #{number}"), url));
            let merge = say("Merge", Look::Primary, "release merge");
            let merge = merge.filter(|_| release.state.steps[step].conflict.is_none());
            vec![merge.into_iter().chain(page).collect()]
        }
        (Wait::Outside { .. }, Step::MergeWhenGreen) => {
            let page = release.state.pull_requests.get(&PullRequestName::Backport);
            vec![page.map(|(number, url)| Button::open(format!("Open #{number}"), url)).into_iter().collect()]
        }
        (Wait::Outside { .. }, Step::Merge { .. }) => {
            let page = release.state.steps[step].proposed.as_ref();
            let page = page.map(|proposal| Button::open(format!("Open #{}", proposal.number), &proposal.url));
            vec![page.into_iter().collect()]
        }
        (Wait::Missed { obstacle, .. }, _) => {
            let helps = match obstacle.as_deref() {
                Some(Wait::Frozen { .. }) => exemption_button(release),
                Some(Wait::Held { environment, .. }) => environment::resume_button(&release.spec.project, environment),
                _ => None,
            };
            vec![helps.into_iter().chain(departure_buttons(release, step)).collect()]
        }
        (Wait::Frozen { .. }, Step::AwaitMerge { .. }) => vec![exemption_button(release).into_iter().collect()],
        (Wait::Held { environment, .. }, _) => {
            vec![environment::resume_button(&release.spec.project, environment).into_iter().collect()]
        }
        (Wait::Person { .. } | Wait::RolledBack { .. } | Wait::Undone { .. }, _) => {
            let first = match wait {
                Wait::RolledBack { environment, held: true, .. } | Wait::Undone { environment, held: true, .. } => {
                    environment::resume_button(&release.spec.project, environment)
                }
                Wait::Undone { taken_back: false, production: true, .. } => None,
                _ => say("Retry", Look::Primary, "release retry"),
            };
            let skip = say("Skip\u{2026}", Look::Plain, "release skip");
            let buttons = [
                first,
                skip.filter(|_| {
                    unskippable(release, step).is_none() && !matches!(wait, Wait::Undone { taken_back: true, .. })
                }),
                say("Cancel\u{2026}", Look::Danger, "release cancel"),
            ];
            vec![buttons.into_iter().flatten().collect()]
        }
        _ => vec![],
    }
}

/// What stands in the way of a merge, in words that follow a colon.
fn obstacle_in_words(obstacle: &Wait) -> Line {
    match obstacle {
        Wait::Hotfix { version } => line().plain(format!("hotfix {version} goes to production first")),
        Wait::Held { environment, hold } => {
            line().bold(format!("{} is held", super::place(environment))).plain(format!(": {hold}"))
        }
        Wait::Frozen { freeze } => line().plain(freeze),
        Wait::Outside { seen, .. } => line().plain(seen),
        Wait::Unseen { problem } => line().plain(format!("how it stands on GitHub, which I cannot see: {problem}")),
        _ => line(),
    }
}

/// Those to whom a rejection at a gate sends the release back: the roles that the gate names, else whoever asked for it.
pub fn sent_back_to(release: &Release, gate: &str, people: &People) -> Vec<String> {
    let roles = release.spec.plan.gate(gate).map(|(_, gate)| gate.back_to.clone()).unwrap_or_default();
    if roles.is_empty() { vec![release.spec.requester.clone()] } else { people.holding(&roles) }
}

/// The people who may decide at a gate of this release.
pub fn may_decide(release: &Release, gate: &crate::domain::release::gate::Gate, people: &People) -> Vec<String> {
    let authors: Vec<&String> = release.state.new_commits.iter().map(|commit| &commit.author).collect();
    let mut names = people.holding(&gate.roles);
    names.retain(|name| {
        (gate.requester_may || *name != release.spec.requester) && (gate.author_may || !authors.contains(&name))
    });
    names
}
