//! What is told of a release's own deploy that goes wrong: how it stands and what helps, and what has just happened.

use super::{capital, code::with_code, place, spoken};
use crate::domain::{
    incident::{
        Answer, What, has_failed,
        matter::{Incident, Said, Way},
    },
    message::{Block, Button, Message, Tone},
    release::{Release, ReleaseId, ReleaseKind},
};

/// What is known besides of what a turn is about.
pub struct SeenDeploy<'a> {
    /// The release that recorded it: the one that deploys, or the one that rolls back.
    pub release: &'a Release,
    /// The open release whose version it is.
    pub of: Option<&'a Release>,
    /// The incident as it was before.
    pub matter: &'a Incident,
    /// The environment.
    pub environment: &'a str,
    /// What happened.
    pub what: &'a What,
}

impl SeenDeploy<'_> {
    /// How it stands, and what helps.
    pub fn said(&self) -> Said {
        let Self { environment, what, .. } = self;
        let there = spoken(environment);
        let held = format!("{} takes no deploys until somebody says /release resume {environment}", place(environment));
        match what {
            What::Begun(_) if self.is_wrong() => {
                let mut ways = vec![Way::RollBack];
                ways.extend(self.hotfix());
                Said { words: vec!["It is tried again.".to_owned()], ways, ..Said::default() }
            }
            What::Begun(_) | What::There => Said::default(),
            What::Failed(failed) => {
                let problem = sentence(&failed.problem.to_string());
                let (follows, ways) = match failed.answer {
                    Answer::RollsBack => ("It is being rolled back now.".to_owned(), vec![]),
                    Answer::Holds => (format!("{held}; then it can be tried again."), vec![Way::Resume, Way::RollBack]),
                    Answer::Waits => {
                        ("It waits for a person.".to_owned(), [self.retry(), vec![Way::RollBack]].concat())
                    }
                };
                Said { title: None, words: vec![problem, follows], ways: [ways, self.hotfix()].concat() }
            }
            What::TakesBack { to, by_hand, .. } => {
                let doing = if *by_hand { "is to be" } else { "is being" };
                let words = [self.why(), vec![goes_back(environment, to, *by_hand)]].concat();
                let title = Some(format!("\u{21a9} {} {doing} rolled back in {there}", self.name()));
                Said { title, words, ways: self.hotfix() }
            }
            What::Back { to } => {
                let again = match self.of {
                    Some(of) if has_failed(of, environment) => "; then it can be tried again, or cancelled",
                    Some(_) => "; its release is still open, and can be cancelled",
                    None => "",
                };
                let fix = if self.hotfix().is_empty() { "" } else { " /hotfix brings a fix meanwhile." };
                let held = format!("takes no deploys until somebody says /release resume {environment}");
                let now = format!("{} runs {to} again. It {held}{again}.{fix}", place(environment));
                let cancel = self.of.map(|of| Way::Cancel(of.spec.id)).into_iter().collect();
                let ways = [vec![Way::Resume], self.hotfix(), cancel].concat();
                Said { title: None, words: [self.why(), vec![now]].concat(), ways }
            }
            What::NotBack(problem) => {
                let title = Some(format!("\u{1f6a8} {there} could not be rolled back"));
                let words = [self.why(), vec![sentence(&problem.to_string())]].concat();
                Said { title, words, ways: [self.retry(), vec![Way::RollBack], self.hotfix()].concat() }
            }
            What::Held => {
                let ways = [vec![Way::Resume, Way::RollBack], self.hotfix()].concat();
                Said {
                    title: None,
                    words: [self.why(), vec![format!("{held}; then it can be tried again.")]].concat(),
                    ways,
                }
            }
            What::Again(by) => {
                let ways = [vec![Way::RollBack], self.hotfix()].concat();
                let ways = if self.is_wrong() { ways } else { vec![] };
                Said { title: None, words: vec![format!("{by} has it tried again.")], ways }
            }
            What::Passed { by, reason, deploy } => {
                let ways = if *deploy { vec![] } else { [vec![Way::RollBack], self.hotfix()].concat() };
                Said { title: None, words: vec![format!("{by} went past it: {reason}")], ways }
            }
            What::Ended(by, reason) => {
                let words = vec![format!("{by} cancelled {}: {reason}", self.release.name())];
                Said { title: None, words, ways: [vec![Way::RollBack], self.hotfix()].concat() }
            }
        }
    }

    /// What has just happened, as it is told below the message.
    pub fn event(&self) -> Message {
        let Self { environment, what, .. } = self;
        let there = spoken(environment);
        let name = self.name();
        let watch = |message: Message, url: &Option<String>| match url {
            Some(url) => message.row(vec![Button::open("Watch", url)]),
            None => message,
        };
        match what {
            What::Begun(url) => {
                let message = Message::new(Tone::Working, format!("\u{1f69a} {name} is on its way to {there}"));
                watch(message, url)
            }
            What::There => Message::new(Tone::Good, format!("\u{1f4e6} {name} is on {there}")),
            What::Failed(failed) => {
                let verb = if failed.watched { "does badly on" } else { "failed in" };
                Message::new(Tone::Bad, format!("\u{1f6a8} {name} {verb} {there}"))
                    .text(capital(&failed.problem.to_string()))
            }
            What::TakesBack { to, by_hand: true, .. } => {
                let title = format!("\u{21a9} {there} goes back to {to} once you have your CD deploy that");
                Message::new(Tone::Bad, title).text("Its report is waited for.")
            }
            What::TakesBack { to, url, .. } => {
                watch(Message::new(Tone::Working, format!("\u{21a9} Rolling {there} back to {to}")), url)
            }
            What::Back { to } => Message::new(Tone::Good, format!("\u{21a9} {} runs {to} again", place(environment)))
                .text(format!("{name} is not live there. It takes no deploys until somebody resumes it.")),
            What::NotBack(problem) => Message::new(Tone::Bad, format!("\u{1f6a8} {there} could not be rolled back"))
                .text(with_code(&capital(&problem.to_string()))),
            What::Held => Message::new(Tone::Bad, format!("\u{270b} {there} takes no deploys now")),
            What::Again(by) => Message::new(Tone::Working, format!("\u{1f501} {by} has {name} tried again")),
            What::Passed { by, reason, .. } => {
                Message::new(Tone::Plain, format!("\u{23ed} {by} went past it")).block(Block::Quote(reason.clone()))
            }
            What::Ended(by, reason) => {
                let title = format!("\u{1f6d1} {by} cancelled {}", self.release.name());
                Message::new(Tone::Plain, title).block(Block::Quote(reason.clone()))
            }
        }
    }

    fn name(&self) -> String {
        let Incident { project, version, .. } = self.matter;
        let of = [project, version].into_iter().flatten().cloned();
        of.collect::<Vec<_>>().join(" ")
    }

    fn is_wrong(&self) -> bool {
        self.matter.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none())
    }

    fn retry(&self) -> Vec<Way> {
        if self.release.is_open() { vec![Way::Retry(self.release.spec.id)] } else { vec![] }
    }

    /// A hotfix repairs production, and nothing else.
    fn hotfix(&self) -> Vec<Way> {
        if self.release.spec.plan.is_production(self.environment) { vec![Way::Hotfix] } else { vec![] }
    }

    /// Why it is taken back: the person's reason, or what failed.
    fn why(&self) -> Vec<String> {
        if let ReleaseKind::RollBack { reason, .. } = &self.release.spec.kind {
            return vec![format!("{} rolls it back: {reason}", self.release.spec.requester)];
        }
        let steps = &self.release.state.steps;
        let here = |step: &usize| self.release.spec.plan.environment_of(*step) == Some(self.environment);
        let failed = (0..steps.len()).filter(here).find_map(|step| steps[step].rollout.failure.as_ref());
        failed.map(|failure| sentence(&failure.problem.to_string())).into_iter().collect()
    }
}

/// What alerts say once what they speak against is taken back.
pub fn taken_back(name: &str, environment: &str, what: &What) -> Option<Said> {
    let there = spoken(environment);
    let words = match what {
        What::Failed(failed) if failed.answer == Answer::RollsBack => {
            format!("{name} is being rolled back in {there} now.")
        }
        What::TakesBack { to, .. } => format!("{name} is being rolled back in {there} now, to {to}."),
        What::Back { to } => format!("{name} was rolled back: {there} runs {to} again."),
        What::Begun(_)
        | What::There
        | What::Failed(_)
        | What::NotBack(_)
        | What::Held
        | What::Again(_)
        | What::Passed { .. }
        | What::Ended(..) => return None,
    };
    Some(Said { title: None, words: vec![words], ways: vec![Way::Hotfix] })
}

/// Deploys are let in again; `stopped` is the release that can be tried again now. What went wrong is still said.
pub fn resumed(matter: &Incident, by: &str, reason: &str, stopped: Option<ReleaseId>) -> Said {
    let place = matter.environment.as_deref().unwrap_or_default();
    let why = matter.said.iter().flat_map(|said| said.words.first().cloned());
    let words = why.chain([format!("{by} resumed {place}: {reason}")]).collect();
    let ways = stopped.into_iter().flat_map(|id| [Way::Retry(id), Way::Hotfix, Way::Cancel(id)]).collect();
    Said { title: None, words, ways }
}

fn goes_back(environment: &str, to: &str, by_hand: bool) -> String {
    let there = spoken(environment);
    match by_hand {
        true => format!("It goes back to {to} once you have your CD deploy that to {there}: its report is waited for."),
        false => format!("It goes back to {to}."),
    }
}

fn sentence(text: &str) -> String {
    let text = capital(text);
    if text.ends_with(['.', '!', '?']) || text.rsplit(' ').next().is_some_and(|last| last.contains("://")) {
        return text;
    }
    text + "."
}
