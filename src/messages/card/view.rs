//! What the card of a release is told from: the release, what goes on around it, and what it waits for now.

use chrono::{DateTime, Utc};

use crate::domain::{
    deploy::hold::{Hold, HoldCause},
    message::{Button, Line, Look, line},
    release::{
        Release,
        fact::Outcome,
        foremost::{foremost, is_beside},
        gate::Gate,
        next::{Next, Surroundings, Wait},
        plan::{PullRequestName, Stage, Step},
        rollout::Phase,
    },
    team::people::{People, Permission},
};

use super::super::{about, code::with_code, environment, wait};

/// How many people are named; the others are counted.
const NAMED: usize = 2;

/// A release as its card looks at it.
pub(super) struct CardView<'a> {
    /// The release.
    pub(super) release: &'a Release,
    /// What goes on around it.
    pub(super) around: &'a Surroundings,
    /// Those who read it.
    pub(super) people: &'a People,
    /// What it does next.
    pub(super) next: Next,
    /// When that is said.
    pub(super) now: DateTime<Utc>,
}

impl<'a> CardView<'a> {
    /// All that it waits for.
    pub(super) fn waits(&self) -> &[(usize, Wait)] {
        match &self.next {
            Next::Wait(waits) => waits,
            Next::Run(_) | Next::Finished(_) => &[],
        }
    }

    /// What is said of it first.
    pub(super) fn foremost(&self) -> Option<(usize, &Wait)> {
        foremost(self.release, self.waits())
    }

    /// Whether a step belongs to what goes on beside the others.
    pub(super) fn is_beside(&self, step: usize) -> bool {
        is_beside(self.release, step)
    }

    /// A step of the plan.
    pub(super) fn step(&self, step: usize) -> Option<&'a Step> {
        self.release.spec.plan.step(step)
    }

    /// A moment, as the card tells it.
    pub(super) fn at(&self, words: &str, at: DateTime<Utc>) -> Line {
        line().plain(format!("{words} ")).moment(at, self.now)
    }

    /// When it was in all of production, if it still is.
    pub(super) fn live_since(&self) -> Option<DateTime<Utc>> {
        let plan = &self.release.spec.plan;
        let deploys = |environment: &str| {
            let own = (0..plan.steps.len()).filter(|step| plan.environment_of(*step) == Some(environment));
            own.collect::<Vec<usize>>()
        };
        let all = plan.production();
        let over = |step: &usize| self.release.state.step(*step).is_over();
        let came = |step: &usize| self.release.state.step(*step).rollout.here.as_ref().map(|(_, at)| *at);
        let there = |environment: &&str| {
            let own = deploys(environment);
            own.iter().all(over).then(|| own.iter().filter_map(came).max()).flatten()
        };
        let since: Option<Vec<DateTime<Utc>>> = all.iter().map(there).collect();
        let undone = self.waits().iter().any(|(_, wait)| matches!(wait, Wait::Undone { .. } | Wait::RolledBack { .. }));
        since.filter(|_| !undone)?.into_iter().max()
    }

    /// When it should be over, or that it is late.
    pub(super) fn target(&self) -> Option<Line> {
        let target = self.release.target();
        Some(self.at(if target < self.now { "Target was" } else { "Target" }, target))
    }

    /// Who rolled back, and why.
    pub(super) fn cause(&self, hold: &Hold) -> Line {
        let (by, reason) = environment::cause(hold);
        match &hold.cause {
            HoldCause::Person { .. } | HoldCause::Said { .. } => line().plain(format!("{by}: {}", quoted(&reason))),
            HoldCause::Release { .. } => line().plain("Rolled back by itself: ").and(problem_line(&reason)),
            HoldCause::Cd => line().plain("Rolled back by CD, which gave no reason."),
        }
    }

    /// Those who keep releases going.
    pub(super) fn releasing(&self) -> Vec<String> {
        self.people.holding(&self.people.roles_with(Permission::Release))
    }

    /// Those who keep releases going, and those who may bring an environment back.
    pub(super) fn rescuing(&self) -> Vec<String> {
        let mut roles = self.people.roles_with(Permission::Release);
        roles.extend(self.people.roles_with(Permission::RollBack));
        self.people.holding(&roles)
    }

    /// Those who may decide at a gate and have not.
    pub(super) fn deciding(&self, gate: &Gate) -> Vec<String> {
        let mut names = wait::may_decide(self.release, gate, self.people);
        let approved = self.release.state.gates.get(&gate.name).map(|state| state.approved.clone()).unwrap_or_default();
        names.retain(|name| !approved.contains(name));
        names
    }

    /// What a gate is called: by its stage, where that has a short name and decides nothing else.
    pub(super) fn gate_name(&self, step: usize, gate: &Gate) -> String {
        let plan = &self.release.spec.plan;
        let stage = plan.steps.get(step).map(|planned| planned.stage);
        let others = plan.gates().filter(|(other, _)| plan.steps.get(*other).map(|planned| planned.stage) == stage);
        let stage = plan.stage_of(step).filter(|_| others.count() == 1);
        // “QA sign-off” in the stage “QA” is QA.
        let called = |stage: &Stage| stage.short.is_some() || gate.title.starts_with(&stage.name);
        let short = stage.filter(|stage| called(stage)).map(|stage| stage.in_short().to_owned());
        short.unwrap_or_else(|| gate.title.clone())
    }

    /// The release's pull request: `#13`, and its page.
    pub(super) fn pull_request(&self) -> Option<(String, &'a str)> {
        let (number, url) = self.release.state.pull_requests.get(&PullRequestName::Release)?;
        Some((format!("#{number}"), url))
    }

    /// How many changes are in it, as far as that was read.
    pub(super) fn changes(&self) -> usize {
        let state = &self.release.state;
        let cut = state.steps.iter().find_map(|step| {
            let Some((Outcome::Branch { contains, .. }, _)) = &step.done else { return None };
            (!contains.is_empty()).then_some(contains.len())
        });
        if state.notes.is_empty() { cut.unwrap_or_default() } else { state.notes.len() }
    }

    /// The share of an environment's traffic that it has or is given by a step, if that is not all.
    pub(super) fn share(&self, step: usize) -> Option<&'a str> {
        let plan = &self.release.spec.plan;
        let environment = plan.environment_of(step)?;
        let mut before = (0..=step).rev().filter_map(|step| {
            let Some(Step::Deploy { environment: to, inputs, .. }) = plan.step(step) else { return None };
            (to == environment).then_some(inputs)
        });
        before.next()?.get("share").map(String::as_str).filter(|share| *share != "100")
    }

    /// Where the last request to CD is to be watched.
    pub(super) fn run_page(&self, step: usize) -> Option<&'a str> {
        let rollout = &self.release.state.steps.get(step)?.rollout;
        let asked = if self.release.phase(step) == Phase::RollingBack { &rollout.back } else { &rollout.asked };
        let Some(Outcome::Run { url, .. }) = asked.as_ref().map(|asked| &asked.made) else { return None };
        Some(url.as_str()).filter(|url| !url.is_empty())
    }

    /// A button that says a command about the release.
    pub(super) fn say(&self, words: &str, look: Look, path: &str) -> Option<Button> {
        Button::say(words, look, &about(self.release, path))
    }

    /// The button with everything else.
    pub(super) fn more(&self) -> Option<Button> {
        self.say("More\u{2026}", Look::Plain, "release more")
    }
}

/// What went wrong; a page that is named at its end is a link.
pub(super) fn problem_line(problem: &str) -> Line {
    match problem.rsplit_once(": http") {
        Some((words, rest)) if !rest.contains(char::is_whitespace) => {
            with_code(words).plain(" \u{b7} ").link("page", format!("http{rest}"))
        }
        Some(_) | None => with_code(problem),
    }
}

/// People who can do something, in bold, which pings nobody: `alice or erin`, `alice, erin or 3 more`. Where nobody is known by name,
/// a role that a chat gives may still be somebody's.
pub(super) fn names(names: &[String]) -> Line {
    let more = names.len().saturating_sub(NAMED);
    match names {
        [] => line().plain("whoever may"),
        [one] => line().bold(one),
        [one, other] => line().bold(one).plain(" or ").bold(other),
        [one, other, ..] => line().bold(one).plain(", ").bold(other).plain(format!(" or {more}\u{a0}more")),
    }
}

/// Words of so many letters at most.
pub(super) fn shortened(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    let kept: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("{}\u{2026}", kept.trim_end())
}

/// People's own words.
pub(super) fn quoted(words: &str) -> String {
    format!("\u{201c}{}\u{201d}", words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `6 changes`, held together.
pub(super) fn counted(number: usize, what: &str) -> String {
    super::super::count(number, what).replace(' ', "\u{a0}")
}

/// A sentence begins with a capital letter and ends with a full stop.
pub(super) fn sentence(words: &str) -> String {
    let words = super::super::capital(words.trim_end_matches('.'));
    format!("{words}.")
}
