//! What came of what was told: the one line as which a post ends.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    domain::{
        message::{Message, Tone},
        release::{
            Release,
            conflict::paths,
            fact::{Fact, Outcome, Recorded, THE_BOT},
            plan::Step,
            stories::StoryFact,
        },
    },
    messages::capital,
};

/// How many letters of somebody's reason stand in the line.
const REASON: usize = 120;

/// What a post is about, and when it was posted.
struct PostSubject<'a> {
    release: &'a Release,
    told: &'a Recorded,
    step: Option<usize>,
    zone: Tz,
}

/// The line as which what tells this fact ends, once something came of it.
pub(super) fn came_of(release: &Release, number: usize, zone: Tz) -> Option<Message> {
    let told = release.facts.get(number)?;
    let subject = PostSubject { release, told, step: step_of(release, &told.fact), zone };
    let mut later = (number + 1..release.facts.len()).filter_map(|nth| subject.ended_by(nth));
    later.next().map(|(sign, words)| {
        let tone = match sign {
            '\u{2713}' => Tone::Good,
            '\u{2717}' => Tone::Bad,
            _ => Tone::Plain,
        };
        Message::new(tone, format!("{sign} {words}"))
    })
}

/// The step that a fact is about, if it is about one alone.
fn step_of(release: &Release, fact: &Fact) -> Option<usize> {
    match fact {
        Fact::Failed { step, .. }
        | Fact::Asked { step }
        | Fact::Proposed { step, .. }
        | Fact::Unseen { step, .. }
        | Fact::Seen { step, .. }
        | Fact::Reminded { step, .. }
        | Fact::Escalated { step, .. }
        | Fact::Missed { step, .. }
        | Fact::SkipAsked { step, .. } => Some(*step),
        Fact::Rejected { gate, .. } | Fact::ReviewPassedOver { gate, .. } => {
            release.spec.plan.gate(gate).map(|(step, _)| step)
        }
        // What calls people to a hotfix calls them to its fix.
        Fact::Done { step, .. } if matches!(release.spec.plan.step(*step), Some(Step::Announce { .. })) => {
            release.spec.plan.find(|step| matches!(step, Step::AwaitFix))
        }
        Fact::Done { step, made: Outcome::Expected { .. } } => Some(*step),
        // What is opened for the way back is to be merged.
        Fact::Done { .. } => release.spec.plan.find(|step| *step == Step::MergeWhenGreen),
        Fact::Started { .. }
        | Fact::Watched { .. }
        | Fact::HeadMoved { .. }
        | Fact::Ticked { .. }
        | Fact::Approved { .. }
        | Fact::Withdrawn { .. }
        | Fact::Authored { .. }
        | Fact::Ruled { .. }
        | Fact::Waived { .. }
        | Fact::MergedOtherwise { .. }
        | Fact::MergeAsked { .. }
        | Fact::RetryAsked { .. }
        | Fact::Skipped { .. }
        | Fact::Reviewed { .. }
        | Fact::Overtaken { .. }
        | Fact::TargetNear { .. }
        | Fact::TargetMissed { .. }
        | Fact::Moved { .. }
        | Fact::Story { .. }
        | Fact::StoriesDiffer { .. }
        | Fact::Rebuilt { .. }
        | Fact::Cancelled { .. }
        | Fact::CleanUp { .. }
        | Fact::Finished => None,
    }
}

fn is_reminder(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Reminded { .. }
            | Fact::Escalated { .. }
            | Fact::TargetNear { .. }
            | Fact::TargetMissed { .. }
            | Fact::Missed { .. }
    )
}

impl PostSubject<'_> {
    /// The sign and the words, if this fact ends it.
    fn ended_by(&self, nth: usize) -> Option<(char, String)> {
        let recorded = self.release.facts.get(nth)?;
        let (fact, told, at) = (&recorded.fact, &self.told.fact, self.clock(recorded.at));
        let mine = |step: &usize| Some(*step) == self.step;
        let asked = matches!(told, Fact::Asked { .. });
        let done = |words: String| Some(('\u{2713}', words));
        let no = |words: String| Some(('\u{2717}', words));
        let over = |words: String| Some(('\u{2013}', words));
        match fact {
            Fact::Done { step, made } if mine(step) && self.ends_with_it(*step) => done(self.done(nth, made, &at)),
            Fact::RetryAsked { step, by } if mine(step) && !asked => done(went_on(by, &at)),
            Fact::Skipped { step, by, reason, second } if mine(step) => {
                let by = second.as_ref().map_or_else(|| by.clone(), |second| format!("{by} and {second}"));
                over(format!("{}: {by} went past it, {at}: {}", self.title(), quoted(reason)))
            }
            Fact::Rejected { gate, by, reason, .. } if self.is_at(gate) => {
                no(format!("{}: {by} said no, {at}: {}", self.title(), quoted(reason)))
            }
            Fact::Approved { gate, by, .. }
                if self.is_at(gate) && matches!(told, Fact::Rejected { by: rejecter, .. } if rejecter == by) =>
            {
                done(format!("{by} approved after all, {at}"))
            }
            Fact::Withdrawn { gate, by, .. } if self.is_at(gate) && matches!(told, Fact::Rejected { .. }) => {
                done(format!("{by} took the no back, {at}"))
            }
            Fact::Withdrawn { gate, by, .. } if self.is_at(gate) => {
                over(format!("{}: {by} took the decision back, {at}", self.title()))
            }
            Fact::Overtaken { step, by, .. } if mine(step) => over(format!("Not needed any more: {by} runs there")),
            Fact::HeadMoved { branch, back_merge, .. } if self.lapses_by(branch.as_deref(), *back_merge) => match asked
            {
                true => over(format!("{}: new commits came, {at}", self.title())),
                false => done(format!("Went on {at}: new commits came")),
            },
            Fact::Asked { step } if mine(step) && asked => over(format!("Asked again, {at}")),
            Fact::Failed { step, retry_at: None, .. }
                if mine(step) && (asked || matches!(told, Fact::Failed { .. })) =>
            {
                over(format!("Stopped, {at}"))
            }
            Fact::Seen { step, .. } if mine(step) && matches!(told, Fact::Unseen { .. }) => {
                done(format!("It can be seen again, {at}"))
            }
            Fact::Seen { step, conflict: None, failed, .. }
                if mine(step) && failed.is_empty() && matches!(told, Fact::Seen { .. }) =>
            {
                let failed = matches!(told, Fact::Seen { failed, .. } if !failed.is_empty());
                if failed { over(format!("No check fails any more, {at}")) } else { done(format!("Went on {at}")) }
            }
            Fact::Moved { by, .. } if is_reminder(told) => done(format!("{by} moved the dates, {at}")),
            Fact::Story { story, what } => self.story(story, what, &at),
            Fact::Cancelled { .. } => over("Not needed any more: cancelled".to_owned()),
            Fact::Finished => over("Not needed any more: the release is over".to_owned()),
            Fact::Reminded { .. }
            | Fact::Escalated { .. }
            | Fact::TargetNear { .. }
            | Fact::TargetMissed { .. }
            | Fact::Missed { .. }
                if is_reminder(told) && step_of(self.release, fact) == self.step =>
            {
                over(format!("Reminded again, {at}"))
            }
            Fact::Started { .. }
            | Fact::Done { .. }
            | Fact::Failed { .. }
            | Fact::Proposed { .. }
            | Fact::Seen { .. }
            | Fact::Unseen { .. }
            | Fact::Asked { .. }
            | Fact::Watched { .. }
            | Fact::HeadMoved { .. }
            | Fact::Ticked { .. }
            | Fact::Approved { .. }
            | Fact::Rejected { .. }
            | Fact::Withdrawn { .. }
            | Fact::ReviewPassedOver { .. }
            | Fact::Authored { .. }
            | Fact::Ruled { .. }
            | Fact::Waived { .. }
            | Fact::MergedOtherwise { .. }
            | Fact::MergeAsked { .. }
            | Fact::RetryAsked { .. }
            | Fact::SkipAsked { .. }
            | Fact::Skipped { .. }
            | Fact::Reviewed { .. }
            | Fact::Overtaken { .. }
            | Fact::Reminded { .. }
            | Fact::Escalated { .. }
            | Fact::TargetNear { .. }
            | Fact::TargetMissed { .. }
            | Fact::Missed { .. }
            | Fact::Moved { .. }
            | Fact::StoriesDiffer { .. }
            | Fact::CleanUp { .. }
            | Fact::Rebuilt { .. } => None,
        }
    }

    /// Whether a step that failed is done with what it did now: a deploy does several things, and taking it back is one of them.
    fn ends_with_it(&self, step: usize) -> bool {
        let failed = matches!(self.told.fact, Fact::Failed { .. });
        !failed || self.release.spec.plan.settling(step).is_none() || self.release.state.step(step).is_over()
    }

    /// What came of a step that is done: who decided, or merged.
    fn done(&self, nth: usize, made: &Outcome, at: &str) -> String {
        if let Outcome::Merged { by, .. } = made {
            return format!("Merged: {by}, {at}");
        }
        let planned = self.step.and_then(|step| self.release.spec.plan.step(step));
        if let Some(Step::Merge { branch, from, .. }) = planned {
            return format!("{from} has arrived on {branch}, {at}");
        }
        if planned == Some(&Step::AwaitFix) {
            return format!("The fix is there, {at}");
        }
        let gate = planned.and_then(Step::gate);
        let Some(gate) = gate else { return format!("Went on {at}") };
        let mut names: Vec<&str> = vec![];
        let (mut word, mut reviewed) = (None, false);
        for recorded in self.release.facts.get(..nth).unwrap_or_default() {
            if let Fact::Approved { gate: of, by, note, review, .. } = &recorded.fact
                && *of == gate.name
            {
                names.retain(|name| name != by);
                names.push(by);
                word.clone_from(note);
                reviewed = review.is_some();
            } else if let Fact::Withdrawn { gate: of, by, .. } = &recorded.fact
                && *of == gate.name
            {
                names.retain(|name| name != by);
            } else if matches!(&recorded.fact, Fact::Asked { step } if Some(*step) == self.step) {
                names.clear();
            }
        }
        let word = match word {
            Some(word) => format!(": {}", quoted(&word)),
            None if reviewed => ", by a review on GitHub".to_owned(),
            None => String::new(),
        };
        match names.is_empty() {
            true => format!("{}, {at}{word}", self.title()),
            false => format!("{}: {}, {at}{word}", self.title(), names.join(" and ")),
        }
    }

    /// What came of a story that was told of.
    fn story(&self, of: &str, what: &StoryFact, at: &str) -> Option<(char, String)> {
        let Fact::Story { story, what: told } = &self.told.fact else { return None };
        // What is to be tried is told together.
        if story != of || matches!(told, StoryFact::Deployed { .. }) {
            return None;
        }
        match what {
            StoryFact::RetryAsked { by } => Some(('\u{2713}', went_on(by, at))),
            StoryFact::Removed { by, .. } => Some(('\u{2013}', format!("{story}: {by} took it out, {at}"))),
            StoryFact::Moved { .. } => Some(('\u{2713}', format!("{story}: new commits came, {at}"))),
            StoryFact::Merged { .. } => Some(('\u{2713}', format!("{story} is in, {at}"))),
            // The same conflict is not told again: what tells of it goes on.
            StoryFact::LeftOut { files, .. } => {
                let same = matches!(told, StoryFact::LeftOut { files: told, .. } if paths(told) == paths(files));
                (!same).then(|| ('\u{2013}', format!("{story}: told again, {at}")))
            }
            StoryFact::Added { .. }
            | StoryFact::Asked { .. }
            | StoryFact::Deployed { .. }
            | StoryFact::Tested { .. }
            | StoryFact::Rejected { .. }
            | StoryFact::Failed { .. }
            | StoryFact::Began { .. }
            | StoryFact::TriedAgain => None,
        }
    }

    /// What the post is about, as people call it.
    fn title(&self) -> String {
        let Some(step) = self.step else { return self.release.name() };
        let planned = self.release.spec.plan.step(step);
        if matches!(planned, Some(Step::AwaitMerge { .. })) {
            return "Merge".to_owned();
        }
        if planned == Some(&Step::MergeWhenGreen) {
            return "Back-merge".to_owned();
        }
        planned.and_then(Step::gate).map_or_else(|| self.release.name(), |gate| capital(&gate.title))
    }

    fn is_at(&self, gate: &str) -> bool {
        let own = self.step.and_then(|step| self.release.spec.plan.step(step)).and_then(Step::gate);
        own.is_some_and(|own| own.name == gate)
    }

    /// Whether what it is about begins again because this branch got commits.
    fn lapses_by(&self, branch: Option<&str>, back_merge: bool) -> bool {
        if is_reminder(&self.told.fact) || matches!(self.told.fact, Fact::Done { .. }) {
            return false;
        }
        let spec = &self.release.spec;
        let planned = self.step.and_then(|step| spec.plan.steps.get(step));
        let keeps =
            planned.and_then(|planned| spec.plan.stages.get(planned.stage)).is_some_and(|stage| stage.keeps_deploys);
        if back_merge && keeps && planned.is_some_and(|planned| matches!(planned.step, Step::Deploy { .. })) {
            return false;
        }
        let stage = self.step.and_then(|step| spec.plan.steps.get(step)).map(|planned| planned.stage);
        stage.and_then(|stage| spec.repeats_on(stage)).as_deref() == Some(branch.unwrap_or(&spec.branch))
    }

    /// A clock time on the day of the post, else with its date.
    fn clock(&self, at: DateTime<Utc>) -> String {
        let (at, told) = (at.with_timezone(&self.zone), self.told.at.with_timezone(&self.zone));
        let format = if at.date_naive() == told.date_naive() { "%H:%M" } else { "%a %-d %b %H:%M" };
        at.format(format).to_string()
    }
}

fn went_on(by: &str, at: &str) -> String {
    if by == THE_BOT { format!("Went on {at}") } else { format!("Went on {at}: {by} retried") }
}

fn quoted(words: &str) -> String {
    let short: String = words.chars().take(REASON).collect();
    let more = if short.len() < words.len() { "\u{2026}" } else { "" };
    format!("\u{201c}{short}{more}\u{201d}")
}
