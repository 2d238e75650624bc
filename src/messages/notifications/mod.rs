//! What is told when something happened to a release: to whom, and with which button.

use chrono::{DateTime, Duration, Utc};

use super::{
    backport, capital, checks, clean_up, glass, hindrance, joined, nudge, out_of_turn, reviews, setbacks, stories, wait,
};
use crate::domain::{
    message::{Block, Message, Tone},
    release::{
        Release,
        fact::{Fact, Recorded},
        next::{Surroundings, Wait},
        setback::Setback,
    },
    team::{people::People, project::Project},
    time::dates::Dates,
};

mod by_now;
mod came_of;
mod done;
mod stopped;
#[cfg(test)]
mod tests;
mod turn;

pub use by_now::{ByNow, by_now, may_end};

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who follow the release: its thread or reply chain.
    Thread,
    /// Everybody in the release channels.
    Releases,
    /// Everybody in the incident channels.
    Incidents,
    /// Everybody who waits for the product.
    Stakeholders,
}

/// Everything that a new fact has to tell. The fact is the release's last.
pub fn by(
    release: &Release,
    recorded: &Recorded,
    project: &Project,
    people: &People,
    surroundings: &Surroundings,
) -> Vec<(Audience, Message)> {
    match &recorded.fact {
        Fact::Done { step, made } => done::done(release, *step, made, project, people),
        Fact::Failed { step, conflict: Some(conflict), .. } => {
            vec![(Audience::Thread, joined::conflict(release, *step, conflict, people))]
        }
        Fact::Failed { step, problem, retry_at, .. } => {
            stopped::failed(release, *step, problem, retry_at.is_some(), people).into_iter().collect()
        }
        Fact::Proposed { proposal, .. } => vec![(Audience::Thread, joined::proposed(release, proposal, people))],
        Fact::Unseen { step, problem, passes, .. } if is_out_of_sight(release, *step, recorded.at) => {
            vec![(Audience::Thread, unseen(release, *step, (problem, *passes), people))]
        }
        Fact::Asked { step } => turn::ask(release, *step, recorded.at, people).map(in_thread).into_iter().collect(),
        Fact::Rejected { gate, by, reason, .. } => {
            let what = title(release, gate);
            let message = Message::new(Tone::Bad, format!("\u{1f6d1} {}: {by} said no at {what}", release.name()))
                .block(Block::Quote(reason.clone()))
                .ping(wait::sent_back_to(release, gate, people));
            let step = release.spec.plan.gate(gate).map(|(step, _)| step);
            let message = step.into_iter().fold(message, |message, step| {
                let message = message.text(wait::rejected::way_on(release, step, surroundings.freezing).plain("."));
                message.row(wait::rejected::buttons(release, step))
            });
            vec![(Audience::Thread, message)]
        }
        Fact::ReviewPassedOver { gate, login, url, why, .. } => {
            vec![(Audience::Thread, reviews::passed_over(release, gate, login, url, why, people))]
        }
        Fact::SkipAsked { step, by, reason, .. } => {
            vec![(Audience::Releases, glass::asked(release, *step, by, reason, people))]
        }
        Fact::Skipped { step, by, reason, second: Some(second) } => {
            let by = format!("{by} and {second}");
            vec![(Audience::Releases, glass::broken(release, *step, &by, reason))]
        }
        Fact::Reviewed { step, by, findings } => {
            vec![(Audience::Releases, glass::reviewed(release, *step, by, findings))]
        }
        Fact::Overtaken { environment, by, .. } if is_first_overtaken(release) => {
            vec![(Audience::Releases, overtaken(release, environment, by))]
        }
        Fact::Reminded { step, .. } => {
            let reminder = nudge::reminded(release, *step, surroundings, recorded.at, people);
            reminder.map(|message| (Audience::Releases, message)).into_iter().collect()
        }
        Fact::Escalated { step, .. } => {
            vec![(Audience::Releases, nudge::escalated(release, *step, recorded.at, people))]
        }
        Fact::TargetNear { .. } => vec![(Audience::Releases, nudge::target_near(release, recorded.at, people))],
        Fact::TargetMissed { .. } => vec![(Audience::Releases, nudge::target_missed(release, recorded.at, people))],
        Fact::Missed { step, at, missing } => {
            let message = nudge::missed(release, *step, *at, missing, surroundings, recorded.at, people);
            vec![(Audience::Releases, message)]
        }
        Fact::Moved { dates, by, reason, .. } => {
            let before = dates_before(release);
            vec![(Audience::Releases, nudge::moved(release, &before, dates, by, reason))]
        }
        Fact::Cancelled { by, reason, .. } => {
            let message = Message::new(Tone::Bad, format!("\u{1f6d1} {by} cancelled {}", release.name()))
                .block(Block::Quote(reason.clone()))
                .text(left(release, surroundings));
            vec![(Audience::Releases, message)]
        }
        Fact::Story { story, what } => stories::told(release, story, what, people).map(in_thread).into_iter().collect(),
        Fact::Waived { by, reason, owed, .. } => {
            vec![(Audience::Releases, backport::waived(&release.name(), by, reason, owed))]
        }
        Fact::MergedOtherwise { merge } => {
            vec![(Audience::Releases, out_of_turn::otherwise(release, merge, people))]
        }
        Fact::Ruled { .. } => hindrance::told(release, people).map(in_thread).into_iter().collect(),
        Fact::Seen { step, what: Some(what), conflict: Some(conflict), .. }
            if is_new_conflict(release, *step, what) =>
        {
            vec![(Audience::Thread, joined::pull_request(release, *step, conflict, people))]
        }
        Fact::Seen { step, failed, .. } if !failed.is_empty() && checks::are_news(release, *step, failed) => {
            vec![(Audience::Thread, checks::failed(release, *step, failed, people))]
        }
        // The card shows these; a post that asked for one of them ends with it.
        Fact::Started { .. }
        | Fact::Approved { .. }
        | Fact::Withdrawn { .. }
        | Fact::HeadMoved { .. }
        | Fact::RetryAsked { .. }
        | Fact::Skipped { .. }
        | Fact::Rebuilt { .. }
        | Fact::Watched { .. }
        | Fact::Overtaken { .. }
        | Fact::Seen { .. }
        | Fact::Unseen { .. }
        | Fact::Ticked { .. }
        | Fact::MergeAsked { .. }
        | Fact::Authored { .. }
        | Fact::StoriesDiffer { .. }
        | Fact::CleanUp { .. }
        | Fact::Finished => {
            vec![]
        }
    }
}

/// The dates as they were before the last fact.
fn dates_before(release: &Release) -> Dates {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let moved = earlier.into_iter().find_map(|recorded| {
        let Fact::Moved { dates, .. } = &recorded.fact else { return None };
        Some(dates.clone())
    });
    moved.unwrap_or_else(|| release.spec.dates.clone())
}

fn in_thread(message: Message) -> (Audience, Message) {
    (Audience::Thread, message)
}

/// Whether people do not know of a conflict yet.
fn is_new_conflict(release: &Release, step: usize, what: &Setback) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let seen = earlier.take_while(|recorded| !matches!(recorded.fact, Fact::HeadMoved { .. }));
    let mut seen = seen.filter_map(|recorded| {
        let Fact::Seen { step: of, what, .. } = &recorded.fact else { return None };
        (*of == step).then_some(what.as_ref())
    });
    !seen.next().flatten().is_some_and(|seen| setbacks::is_known(seen, what))
}

/// Whether people do not know yet that something cannot be seen: what comes and goes is told once an hour.
fn is_out_of_sight(release: &Release, step: usize, at: DateTime<Utc>) -> bool {
    let earlier = release.facts[..release.facts.len().saturating_sub(1)].iter().rev();
    let mut lately = earlier.take_while(|recorded| at - recorded.at < Duration::hours(1));
    !lately.any(|recorded| matches!(recorded.fact, Fact::Unseen { step: of, .. } if of == step))
}

fn unseen(release: &Release, step: usize, (problem, passes): (&Setback, bool), people: &People) -> Message {
    let waiting = Wait::Unseen { problem: problem.clone() };
    Message::new(Tone::Asking, format!("\u{2753} {}: I cannot see how it goes on", release.name()))
        .text(wait::in_words(release, step, &waiting, people).plain("."))
        .text("Nothing is concluded from that, and nothing is asked for a second time.")
        .ping(if passes { vec![] } else { wait::who_can(release, step, &waiting, people) })
}

/// Whether it was not known yet that a later version has taken the place of this one.
fn is_first_overtaken(release: &Release) -> bool {
    release.facts.iter().filter(|recorded| matches!(recorded.fact, Fact::Overtaken { .. })).count() < 2
}

fn overtaken(release: &Release, environment: &str, by: &str) -> Message {
    let there = capital(&super::spoken(environment));
    Message::new(Tone::Plain, format!("\u{23e9} {} was overtaken by {by}", release.name()))
        .text(format!("{there} runs {by}: nothing of {} is left to say or to decide there.", release.spec.version))
}

fn left(release: &Release, surroundings: &Surroundings) -> String {
    let freeze = if surroundings.freezing { " Its freeze is lifted with it." } else { "" };
    format!("{}{freeze}", clean_up::told(release, &surroundings.ledgers))
}

fn title<'a>(release: &'a Release, gate: &'a str) -> &'a str {
    release.spec.plan.gate(gate).map_or(gate, |(_, gate)| gate.title.as_str())
}
