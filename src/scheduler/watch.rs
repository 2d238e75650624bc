//! Which entry of the agenda is due when: a heap, and behind it what the store knows.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

use chrono::{DateTime, Utc};

use super::fires;
use crate::{
    context::Context,
    domain::{
        aside::Row,
        time::agenda::{Does, Due, Exception},
    },
    store::{StoreProblem, Watched},
    work::Hand,
};

/// Which entry of the agenda is due when.
pub(super) struct AgendaWatch {
    /// For each entry of the agenda, until when it has been dealt with.
    until: Vec<DateTime<Utc>>,
    heap: BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
    exceptions: Vec<Exception>,
    /// The revision of the agenda that all this rests on.
    pub revision: u64,
}

impl AgendaWatch {
    /// Takes the watch up where the last one left it; entries that are new are watched from now on.
    pub(super) async fn begin(context: &Context, hand: &Hand) -> Result<Self, StoreProblem> {
        let now = context.clock.now();
        let mut new = vec![];
        let mut until = vec![];
        let aside = set_aside(context)?;
        for entry in &context.agenda {
            let row = Row::Entry(entry.key());
            if aside.contains(&row.key()) {
                until.push(now);
                continue;
            }
            hand.take(row);
            let known = context.store.watched(&entry.key())?.filter(|watched| watched.pattern == entry.pattern());
            if known.is_none() && fires(&entry.does) {
                new.push((entry.key(), Watched { until: now, pattern: entry.pattern(), last: None }));
            }
            until.push(known.map_or(now, |watched| watched.until));
        }
        if !new.is_empty() {
            let put = move |writing: &mut crate::store::Writing| {
                new.iter().try_for_each(|(key, watched)| writing.put_watched(key, watched))
            };
            context.write::<(), StoreProblem>(put).await?;
        }
        let mut watch = Self { until, heap: BinaryHeap::new(), exceptions: vec![], revision: 0 };
        watch.look_again(context, hand)?;
        Ok(watch)
    }

    /// Reads again what people decided and what was fired elsewhere, and lines everything up anew.
    pub(super) fn look_again(&mut self, context: &Context, hand: &Hand) -> Result<(), StoreProblem> {
        self.revision = context.store.agenda_revision()?;
        self.exceptions = context.store.exceptions()?;
        self.heap.clear();
        let aside = set_aside(context)?;
        for (index, entry) in context.agenda.iter().enumerate().filter(|(_, entry)| fires(&entry.does)) {
            let row = Row::Entry(entry.key());
            if aside.contains(&row.key()) {
                continue;
            }
            hand.take(row);
            if matches!(entry.does, Does::Begins)
                && let Some(watched) = context.store.watched(&entry.key())?
            {
                self.until[index] = watched.until;
            }
            self.line_up(context, index);
        }
        Ok(())
    }

    /// Puts an entry into the heap.
    fn line_up(&mut self, context: &Context, index: usize) {
        let next = context.agenda[index].next_due(self.until[index], &context.holidays, &self.exceptions);
        self.heap.extend(next.map(|next| Reverse((next, index))));
    }

    /// When the next entry is due.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.heap.peek().map(|Reverse((next, _))| *next)
    }

    /// Takes out every entry that is due.
    pub(super) fn take_due(&mut self, now: DateTime<Utc>) -> Vec<usize> {
        let mut due = vec![];
        while self.next().is_some_and(|next| next <= now) {
            due.extend(self.heap.pop().map(|Reverse((_, index))| index));
        }
        due
    }

    /// What has come due of an entry.
    pub(super) fn due(&self, context: &Context, index: usize, now: DateTime<Utc>) -> Due {
        context.agenda[index].due(self.until[index], now, &context.holidays, &self.exceptions)
    }

    /// Whether a release is to begin.
    pub(super) fn begins(&self, context: &Context, index: usize, now: DateTime<Utc>) -> bool {
        matches!(context.agenda[index].does, Does::Begins) && !self.due(context, index, now).occurrences.is_empty()
    }

    /// When an entry occurs next after an instant.
    pub(super) fn after(&self, context: &Context, index: usize, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        context.agenda[index]
            .occurrences(at, &context.holidays, &self.exceptions)
            .next()
            .map(|occurrence| occurrence.at)
    }

    /// An entry has been dealt with.
    pub(super) fn dealt_with(&mut self, context: &Context, index: usize, until: DateTime<Utc>) {
        self.until[index] = until;
        self.line_up(context, index);
    }
}

/// The keys of the rows that are passed over.
fn set_aside(context: &Context) -> Result<BTreeSet<String>, StoreProblem> {
    Ok(context.store.all_aside()?.iter().map(|aside| aside.row.key()).collect())
}
