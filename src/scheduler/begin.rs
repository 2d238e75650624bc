//! Begins a release because its time has come.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{
    Timekeeper,
    fire::{Firing, Unfired, name, put, unchanged},
    row,
};
use crate::{
    domain::{
        message::Message,
        playbook::Playbook,
        release::{ReleaseId, ReleaseKind, ReleaseSpec, fact::THE_CALENDAR, hindrance::Ruling, plan::Step},
        team::people::Permission,
        time::{
            agenda::{Due, Entry, Occurrence, fixed},
            dates::{self, Missed},
        },
    },
    engine::begin::{self, CannotBegin, DecidedOn, Wanted},
    github::Repository,
    messages::schedule::{self, Lateness},
    store::StoreProblem,
    work::{Backoff, Failed, Hand, NextTurn, Waker, Worker},
};

/// The pause after the first try; it doubles up to the longest.
const PAUSE: Duration = Duration::from_secs(5);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// How a try ended.
enum Tried {
    /// The release is there.
    Begun(ReleaseId),
    /// There is none: why not has been told, or whoever keeps the agenda looks again.
    Over,
    /// GitHub does not answer; again later.
    Later,
}

/// Why a release was not created.
enum NotCreated {
    Refused(String),
    Unfired(Unfired),
}

impl From<StoreProblem> for NotCreated {
    fn from(problem: StoreProblem) -> Self {
        Self::Unfired(problem.into())
    }
}

/// A release that is due: what begins, when it should have, and with what it is begun.
struct Starting<'a> {
    index: usize,
    entry: &'a Entry,
    due: &'a Due,
    last: Occurrence,
    now: DateTime<Utc>,
    revision: u64,
}

/// Begins the release that is due, or says why not. Tries again as long as GitHub does not answer.
struct Beginning {
    keeper: Timekeeper,
    index: usize,
    due: Due,
    backoff: Backoff,
}

impl Worker for Beginning {
    async fn turn(&mut self, hand: &Hand) -> Result<NextTurn, Failed> {
        let (keeper, row) = (&self.keeper, row(&self.keeper.context, self.index));
        hand.take(row.clone());
        let tried = match keeper.context.store.is_aside(&row)? {
            true => Tried::Over,
            false => keeper.try_to_begin(self.index, &self.due).await?,
        };
        match tried {
            Tried::Begun(id) => keeper.runner.wake(id),
            Tried::Over => {}
            Tried::Later => {
                return Ok(NextTurn::At(keeper.context.clock.now() + self.backoff.pause()));
            }
        }
        keeper.over(self.index);
        Ok(NextTurn::Over)
    }
}

impl Timekeeper {
    /// Starts to begin the release that is due, beside everything else.
    pub(super) fn start(&self, index: usize, due: Due) {
        let (keeper, context) = (self.clone(), &self.context);
        let name = format!("the beginning of {}", context.agenda[index].key());
        let backoff = Backoff::new(PAUSE, LONGEST_PAUSE);
        let make = move || Beginning { keeper: keeper.clone(), index, due: due.clone(), backoff: backoff.clone() };
        drop(context.keep(name, &Waker::default(), context.quiet.busy(), make));
    }

    async fn try_to_begin(&self, index: usize, due: &Due) -> Result<Tried, StoreProblem> {
        let (context, now, revision) = (&self.context, self.context.clock.now(), self.context.store.agenda_revision()?);
        let entry = &context.agenda[index];
        let Some((last, earlier)) = due.occurrences.split_last() else { return Ok(Tried::Over) };
        let starting = Starting { index, entry, due, last: *last, now, revision };
        let project = context.projects.get(&entry.project);
        let playbook = project.and_then(|(project, _)| context.playbooks.get(&project.playbook));
        let (Some((_, repository)), Some(playbook)) = (project, playbook) else { return Ok(Tried::Over) };
        let late = self.is_late(last.at, now);
        if late && (entry.missed == Missed::Skip || self.too_late(&starting, playbook)?) {
            return self.leave_out(&starting).await;
        }
        let wanted = wanted(entry, repository, playbook, last);
        let begun = match begin::begin(context, &wanted).await {
            Ok(DecidedOn { spec, .. }) => {
                let ruled = begin::ruled::look(wanted.repository, &spec);
                let undecidable = begin::undecidable::look(context, wanted.repository, &spec);
                let (empty, ruling, undecidable) = futures::join!(begin::is_empty(&wanted, &spec), ruled, undecidable);
                empty.map(|empty| (spec, empty, (ruling, undecidable)))
            }
            Err(why) => Err(why),
        };
        match begun {
            Ok((spec, true, _)) => self.leave_empty(&starting, &spec).await,
            Ok((spec, false, in_its_way)) => {
                let lateness = Lateness { late, missed: earlier.to_vec() };
                self.create(&starting, spec, in_its_way, &lateness).await
            }
            Err(CannotBegin::Refused(sentence)) => self.refuse(&starting, &sentence).await,
            Err(CannotBegin::Store(problem)) => Err(problem),
            Err(CannotBegin::GitHub(problem)) => self.put_off(&starting, &problem.to_string()).await,
        }
    }

    /// The release, and that it was due, in one write.
    async fn create(
        &self,
        starting: &Starting<'_>,
        spec: ReleaseSpec,
        (ruling, undecidable): (Ruling, Vec<String>),
        lateness: &Lateness,
    ) -> Result<Tried, StoreProblem> {
        let mut firing = starting.firing(vec![]);
        firing.fired = Some(starting.last);
        if lateness.late || !lateness.missed.is_empty() {
            let message = schedule::begins_late(starting.entry, starting.last.at, lateness);
            firing.messages.push(starting.message("late", message));
        }
        let mut closed = begin::in_the_way(&self.context, &spec)?;
        closed.extend(undecidable);
        if !closed.is_empty() {
            firing.messages.push(starting.message("closed", schedule::begins_into(starting.entry, &spec, &closed)));
        }
        let (context, revision) = (self.context.clone(), starting.revision);
        let written = self.context.write(move |writing| {
            unchanged(writing, revision).map_err(NotCreated::Unfired)?;
            put(&context, writing, &firing)?;
            begin::create(&context, writing, spec, None, ruling).map_err(|why| match why {
                CannotBegin::Refused(sentence) => NotCreated::Refused(sentence),
                CannotBegin::GitHub(problem) => NotCreated::Refused(problem.to_string()),
                CannotBegin::Store(problem) => problem.into(),
            })
        });
        match written.await {
            Ok(spec) => Ok(Tried::Begun(spec.id)),
            Err(NotCreated::Refused(sentence)) => self.refuse(starting, &sentence).await,
            Err(NotCreated::Unfired(Unfired::Changed)) => Ok(Tried::Over),
            Err(NotCreated::Unfired(Unfired::Store(problem))) => Err(problem),
        }
    }

    /// Whether one of the release's deadlines is over as well: then it could not leave in time any more.
    fn too_late(&self, starting: &Starting<'_>, playbook: &Playbook) -> Result<bool, StoreProblem> {
        let (context, project, start) = (&self.context, &starting.entry.project, starting.last.slot);
        let (specs, zone) = (&playbook.dates, starting.entry.schedule.zone());
        let exceptions = context.store.exceptions()?;
        let resolved = fixed(project, specs, zone, &context.holidays, start, &exceptions)
            .and_then(|fixed| dates::resolve(specs, zone, &context.holidays, start, &fixed));
        let plan = playbook.release.plan(&playbook.words("0.0.0", "", "", &playbook.release.source), specs);
        // What cannot be resolved or planned is refused with its reason when the release begins.
        let (Ok(dates), Ok(plan)) = (resolved, plan) else { return Ok(false) };
        let deadlines = plan.steps.iter().filter_map(|planned| {
            if let Step::AwaitMerge { at } = &planned.step {
                return at.as_ref();
            }
            let gate = planned.step.gate()?;
            gate.deadline.as_ref()
        });
        Ok(deadlines.filter_map(|date| dates.get(date)).any(|deadline| deadline <= starting.now))
    }

    async fn leave_out(&self, starting: &Starting<'_>) -> Result<Tried, StoreProblem> {
        let message = schedule::left_out(starting.entry, &starting.due.occurrences, self.next(starting)?);
        self.tell(starting, "left-out", self.to_releasers(message)).await
    }

    /// Nothing would be in it: nobody has to do anything, so nobody is called.
    async fn leave_empty(&self, starting: &Starting<'_>, spec: &ReleaseSpec) -> Result<Tried, StoreProblem> {
        let message = schedule::nothing_to_release(starting.entry, spec, self.next(starting)?);
        self.tell(starting, "empty", message).await
    }

    async fn refuse(&self, starting: &Starting<'_>, sentence: &str) -> Result<Tried, StoreProblem> {
        let message = schedule::did_not_begin(starting.entry, starting.last.at, sentence);
        self.tell(starting, "refused", self.to_releasers(message)).await
    }

    fn next(&self, starting: &Starting<'_>) -> Result<Option<DateTime<Utc>>, StoreProblem> {
        let exceptions = self.context.store.exceptions()?;
        let next = starting.entry.occurrences(starting.now, &self.context.holidays, &exceptions).next();
        Ok(next.map(|next| next.at))
    }

    fn to_releasers(&self, message: Message) -> Message {
        let people = &self.context.people;
        message.ping(people.holding(&people.roles_with(Permission::Release)))
    }

    /// Notes that what was due has been dealt with, and tells how.
    async fn tell(&self, starting: &Starting<'_>, what: &str, message: Message) -> Result<Tried, StoreProblem> {
        let firing = starting.firing(vec![starting.message(what, message)]);
        let (context, revision) = (self.context.clone(), starting.revision);
        let written = self.context.write(move |writing| {
            unchanged(writing, revision)?;
            put(&context, writing, &firing)?;
            Ok::<_, Unfired>(())
        });
        match written.await {
            Ok(()) | Err(Unfired::Changed) => Ok(Tried::Over),
            Err(Unfired::Store(problem)) => Err(problem),
        }
    }

    /// Tells, once, that GitHub does not answer.
    async fn put_off(&self, starting: &Starting<'_>, problem: &str) -> Result<Tried, StoreProblem> {
        tracing::warn!(entry = starting.entry.key(), problem, "a release cannot begin yet");
        let (name, message) = starting.message("later", schedule::begins_later(starting.entry, problem));
        let (context, index) = (self.context.clone(), starting.index);
        self.context
            .write(move |writing| super::fire::say(&context, writing, &context.agenda[index], &name, &message))
            .await
            .map(|()| Tried::Later)
    }
}

impl Starting<'_> {
    fn firing(&self, messages: Vec<(String, Message)>) -> Firing {
        Firing { index: self.index, until: self.now, fired: None, messages }
    }

    fn message(&self, what: &str, message: Message) -> (String, Message) {
        (name(self.entry, &self.last, what), message)
    }
}

fn wanted<'a>(
    entry: &'a Entry,
    repository: &'a Repository,
    playbook: &'a Playbook,
    occurrence: &Occurrence,
) -> Wanted<'a> {
    let path = &playbook.release;
    Wanted {
        project: &entry.project,
        repository,
        playbook,
        path,
        source: path.source.clone(),
        version: None,
        bump: path.bump,
        kind: ReleaseKind::Regular,
        waive: None,
        adopt: None,
        requester: THE_CALENDAR.to_owned(),
        start: occurrence.slot,
    }
}
