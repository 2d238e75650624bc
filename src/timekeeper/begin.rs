//! Begins a release because its time has come.

use chrono::{DateTime, Duration, Utc};

use super::{
    Timekeeper,
    fire::{Firing, Unfired, name, put, unchanged},
};
use crate::{
    begin::{self, CannotBegin, Wanted},
    domain::{
        agenda::{Due, Entry, Occurrence, fixed},
        dates::{self, Missed},
        people::Permission,
        playbook::Playbook,
        release::{ReleaseId, ReleaseKind},
    },
    github::Repository,
    messages::schedule::{self, Lateness},
    store::StoreProblem,
};

/// In whose name releases begin that nobody asked for.
const REQUESTER: &str = "the calendar";

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::minutes(15);

/// How a try ended.
enum Tried {
    /// The release is there.
    Begun(ReleaseId),
    /// There is none, and nothing more to do about it.
    Told,
    /// GitHub does not answer; again later.
    Later(String),
    /// Somebody changed the agenda meanwhile: whoever keeps it looks again.
    Changed,
}

impl From<CannotBegin> for Unfired {
    fn from(why: CannotBegin) -> Self {
        match why {
            CannotBegin::Store(problem) => Self::Store(problem),
            CannotBegin::Refused(_) | CannotBegin::GitHub(_) => Self::Changed,
        }
    }
}

impl Timekeeper {
    /// Begins the release that is due, or says why not. Tries again as long as GitHub does not answer.
    pub(super) async fn begin(&self, index: usize, due: Due) -> Result<(), StoreProblem> {
        let mut pause = Duration::seconds(5);
        loop {
            let busy = self.desk.quiet.busy();
            match self.try_to_begin(index, &due).await? {
                Tried::Begun(id) => {
                    self.runner.wake(id);
                    return Ok(());
                }
                Tried::Told | Tried::Changed => return Ok(()),
                Tried::Later(problem) => {
                    tracing::warn!(entry = self.desk.agenda[index].key(), problem, "a release could not begin");
                }
            }
            drop(busy);
            let _reached = self.desk.clock.pass(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_to_begin(&self, index: usize, due: &Due) -> Result<Tried, StoreProblem> {
        let (desk, now) = (&self.desk, self.desk.clock.now());
        let entry = &desk.agenda[index];
        let Some((last, earlier)) = due.occurrences.split_last() else { return Ok(Tried::Told) };
        let revision = desk.store.agenda_revision()?;
        let late = self.is_late(last.at, now);
        let firing = |fired| Firing { index, until: now, fired, messages: vec![] };
        let project = desk.projects.get(&entry.project);
        let Some((_, repository)) = project else { return Ok(Tried::Told) };
        let Some(playbook) = project.and_then(|(project, _)| desk.playbooks.get(&project.playbook)) else {
            return Ok(Tried::Told);
        };
        if late && (entry.missed == Missed::Skip || self.too_late(entry, playbook, last, now)?) {
            let next = entry.occurrences(now, &desk.holidays, &desk.store.exceptions()?).next();
            let message = schedule::left_out(entry, &due.occurrences, next.map(|next| next.at));
            let messages = vec![(name(entry, last, "left-out"), self.for_managers(message))];
            return self.tell(revision, Firing { messages, ..firing(None) }).await;
        }
        let lateness = Lateness { late, missed: earlier.to_vec() };
        let mut firing = firing(Some(*last));
        if late || !earlier.is_empty() {
            firing.messages.push((name(entry, last, "late"), schedule::begins_late(entry, last.at, &lateness)));
        }
        match begin::begin(desk, &wanted(entry, repository, playbook, last)).await {
            Ok(brief) => {
                let writer = desk.clone();
                let written = desk.write(move |writing| {
                    unchanged(writing, revision).map_err(Err)?;
                    // Before the release speaks.
                    put(&writer, writing, &firing).map_err(|problem| Err(problem.into()))?;
                    begin::create(&writer, writing, brief).map_err(|why| match why {
                        CannotBegin::Refused(sentence) => Ok(sentence),
                        why => Err(why.into()),
                    })
                });
                match written.await.map_err(NotCreated::into) {
                    Ok(brief) => Ok(Tried::Begun(brief.id)),
                    Err(NotCreated(Ok(sentence))) => self.refuse(index, last, revision, now, &sentence).await,
                    Err(NotCreated(Err(Unfired::Changed))) => Ok(Tried::Changed),
                    Err(NotCreated(Err(Unfired::Store(problem)))) => Err(problem),
                }
            }
            Err(CannotBegin::Refused(sentence)) => self.refuse(index, last, revision, now, &sentence).await,
            Err(CannotBegin::Store(problem)) => Err(problem),
            Err(CannotBegin::GitHub(problem)) => self.put_off(index, last, problem.to_string()).await,
        }
    }
}
