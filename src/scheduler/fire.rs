//! Fires what only says something: many entries in one write.

use chrono::{DateTime, Utc};

use super::{Timekeeper, row, watch::AgendaWatch};
use crate::{
    context::Context,
    domain::{
        message::{
            Message,
            post::{Place, Target},
        },
        time::{
            agenda::{Does, Due, Entry, Occurrence},
            dates::Missed,
        },
    },
    messages::schedule::{self, Lateness},
    record::journal,
    store::{StoreProblem, Watched, Writing},
    work::Hand,
};

/// How many entries share one write: enough to be quick, few enough to let others in between.
const TOGETHER: usize = 500;

/// Why something was not fired.
#[derive(Debug)]
pub(super) enum Unfired {
    /// Somebody changed the agenda meanwhile: look again.
    Changed,
    /// The store refuses.
    Store(StoreProblem),
}

impl From<StoreProblem> for Unfired {
    fn from(problem: StoreProblem) -> Self {
        Self::Store(problem)
    }
}

/// One firing: what is noted, and what is said.
pub(super) struct Firing {
    /// The entry's place in the agenda.
    pub index: usize,
    /// Until when the entry has been dealt with.
    pub until: DateTime<Utc>,
    /// The occurrence that fired, if it was not only a reminder or left out.
    pub fired: Option<Occurrence>,
    /// What is said, each with what names it.
    pub messages: Vec<(String, Message)>,
}

impl Timekeeper {
    /// Fires all of these entries.
    pub(super) async fn fire(
        &self,
        watch: &mut AgendaWatch,
        indexes: Vec<usize>,
        now: DateTime<Utc>,
        hand: &Hand,
    ) -> Result<(), StoreProblem> {
        for indexes in indexes.chunks(TOGETHER) {
            let in_hand = |index: &usize| hand.take(row(&self.context, *index));
            let firing = |index: &usize| self.firing(watch, *index, now);
            let firings: Vec<Firing> = indexes.iter().inspect(|index| in_hand(index)).map(firing).collect();
            let (context, revision, hand_of_it) = (self.context.clone(), watch.revision, hand.clone());
            let written = self.context.write(move |writing| {
                unchanged(writing, revision)?;
                for firing in &firings {
                    hand_of_it.take(row(&context, firing.index));
                    put(&context, writing, firing)?;
                }
                Ok::<_, Unfired>(())
            });
            match written.await {
                Ok(()) => {
                    for index in indexes {
                        hand.take(row(&self.context, *index));
                        watch.dealt_with(&self.context, *index, now);
                    }
                }
                Err(Unfired::Changed) => return watch.look_again(&self.context, hand),
                Err(Unfired::Store(problem)) => return Err(problem),
            }
        }
        Ok(())
    }

    fn firing(&self, watch: &AgendaWatch, index: usize, now: DateTime<Utc>) -> Firing {
        let entry = &self.context.agenda[index];
        let Due { occurrences, reminder } = watch.due(&self.context, index, now);
        let mut firing = Firing { index, until: now, fired: None, messages: vec![] };
        if let (Does::Says { text, .. }, Some((last, earlier))) = (&entry.does, occurrences.split_last()) {
            let late = self.is_late(last.at, now);
            if late && entry.missed == Missed::Skip {
                let next = watch.after(&self.context, index, now);
                firing.messages.push((name(entry, last, "left-out"), schedule::left_out(entry, &occurrences, next)));
            } else {
                let lateness = Lateness { late, missed: earlier.to_vec() };
                let message = schedule::said(entry, text, last.at, &lateness);
                firing.messages.push((name(entry, last, "said"), self.mentioning(entry, message)));
                firing.fired = Some(*last);
            }
        }
        if let Some(occurrence) = reminder {
            let message = schedule::reminder(entry, occurrence.at, now);
            let name = name(entry, &occurrence, &format!("reminder/{}", now.timestamp()));
            firing.messages.push((name, self.mentioning(entry, message)));
        }
        firing
    }

    fn mentioning(&self, entry: &Entry, message: Message) -> Message {
        message.ping(self.context.people.holding(&entry.roles))
    }
}

/// Refuses when somebody changed the agenda since it was looked at.
pub(super) fn unchanged(writing: &Writing, revision: u64) -> Result<(), Unfired> {
    if writing.agenda_revision()? == revision { Ok(()) } else { Err(Unfired::Changed) }
}

/// Stores a firing and all it says.
pub(super) fn put(context: &Context, writing: &mut Writing, firing: &Firing) -> Result<(), StoreProblem> {
    let entry = &context.agenda[firing.index];
    let key = entry.key();
    let last = match firing.fired {
        Some(occurrence) => Some((occurrence.slot, firing.until)),
        None => writing.watched(&key)?.and_then(|watched| watched.last),
    };
    writing.put_watched(&key, &Watched { until: firing.until, pattern: entry.pattern(), last })?;
    firing.messages.iter().try_for_each(|(name, message)| say(context, writing, entry, name, message))
}

/// Says something where an entry is told.
pub(super) fn say(
    context: &Context,
    writing: &mut Writing,
    entry: &Entry,
    name: &str,
    message: &Message,
) -> Result<(), StoreProblem> {
    journal::post_everywhere(context, writing, name, &places(context, entry), Target::Channel, message)
}

/// What names a message for ever: the entry, the occurrence's slot and time, and what it is.
pub(super) fn name(entry: &Entry, occurrence: &Occurrence, what: &str) -> String {
    format!("agenda/{}/{}/{}/{what}", entry.key(), occurrence.slot.timestamp(), occurrence.at.timestamp())
}

fn places(context: &Context, entry: &Entry) -> Vec<Place> {
    match &entry.does {
        Does::Says { to, .. } if !to.is_empty() => to.clone(),
        Does::Says { .. } | Does::Begins | Does::Marks => {
            context.projects.get(&entry.project).map(|(project, _)| project.releases.clone()).unwrap_or_default()
        }
    }
}
