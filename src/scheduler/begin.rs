//! Begins a release because its time has come.

use chrono::{DateTime, Duration, Utc};

use super::{
    Timekeeper,
    fire::{Firing, Unfired, name, put, unchanged},
    row,
};
use crate::{
    domain::{
        message::Message,
        playbook::Playbook,
        release::{Brief, ReleaseId, ReleaseKind, fact::THE_CALENDAR, plan::Step},
        team::people::Permission,
        time::{
            agenda::{Due, Entry, Occurrence, fixed},
            dates::{self, Missed},
        },
    },
    engine::begin::{self, CannotBegin, Wanted},
    github::Repository,
    messages::schedule::{self, Lateness},
    store::StoreProblem,
    work::{Failed, Hand, Next, Waker, Worker},
};

/// The pause after the first try; it doubles up to the longest.
const PAUSE: Duration = Duration::seconds(5);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::minutes(15);

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
    pause: Duration,
}

impl Worker for Beginning {
    async fn turn(&mut self, hand: &Hand) -> Result<Next, Failed> {
        let (keeper, row) = (&self.keeper, row(&self.keeper.desk, self.index));
        hand.take(row.clone());
        let tried = match keeper.desk.store.is_aside(&row)? {
            true => Tried::Over,
            false => keeper.try_to_begin(self.index, &self.due).await?,
        };
        match tried {
            Tried::Begun(id) => keeper.runner.wake(id),
            Tried::Over => {}
            Tried::Later => {
                let again = keeper.desk.clock.now() + self.pause;
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                return Ok(Next::At(again));
            }
        }
        keeper.over(self.index);
        Ok(Next::Over)
    }
}

impl Timekeeper {
    /// Starts to begin the release that is due, beside everything else.
    pub(super) fn start(&self, index: usize, due: Due) {
        let (keeper, desk) = (self.clone(), &self.desk);
        let name = format!("the beginning of {}", desk.agenda[index].key());
        let make = move || Beginning { keeper: keeper.clone(), index, due: due.clone(), pause: PAUSE };
        drop(desk.keep(name, &Waker::default(), desk.quiet.busy(), make));
    }

    async fn try_to_begin(&self, index: usize, due: &Due) -> Result<Tried, StoreProblem> {
        let (desk, now, revision) = (&self.desk, self.desk.clock.now(), self.desk.store.agenda_revision()?);
        let entry = &desk.agenda[index];
        let Some((last, earlier)) = due.occurrences.split_last() else { return Ok(Tried::Over) };
        let starting = Starting { index, entry, due, last: *last, now, revision };
        let project = desk.projects.get(&entry.project);
        let playbook = project.and_then(|(project, _)| desk.playbooks.get(&project.playbook));
        let (Some((_, repository)), Some(playbook)) = (project, playbook) else { return Ok(Tried::Over) };
        let late = self.is_late(last.at, now);
        if late && (entry.missed == Missed::Skip || self.too_late(&starting, playbook)?) {
            return self.leave_out(&starting).await;
        }
        match begin::begin(desk, &wanted(entry, repository, playbook, last)).await {
            Ok(brief) => {
                let lateness = Lateness { late, missed: earlier.to_vec() };
                self.create(&starting, brief, &lateness).await
            }
            Err(CannotBegin::Refused(sentence)) => self.refuse(&starting, &sentence).await,
            Err(CannotBegin::Store(problem)) => Err(problem),
            Err(CannotBegin::GitHub(problem)) => self.put_off(&starting, &problem.to_string()).await,
        }
    }

    /// The release, and that it was due, in one write.
    async fn create(&self, starting: &Starting<'_>, brief: Brief, lateness: &Lateness) -> Result<Tried, StoreProblem> {
        let mut firing = starting.firing(vec![]);
        firing.fired = Some(starting.last);
        if lateness.late || !lateness.missed.is_empty() {
            let message = schedule::begins_late(starting.entry, starting.last.at, lateness);
            firing.messages.push(starting.message("late", message));
        }
        let (desk, revision) = (self.desk.clone(), starting.revision);
        let written = self.desk.write(move |writing| {
            unchanged(writing, revision).map_err(NotCreated::Unfired)?;
            put(&desk, writing, &firing)?;
            begin::create(&desk, writing, brief, None).map_err(|why| match why {
                CannotBegin::Refused(sentence) => NotCreated::Refused(sentence),
                CannotBegin::GitHub(problem) => NotCreated::Refused(problem.to_string()),
                CannotBegin::Store(problem) => problem.into(),
            })
        });
        match written.await {
            Ok(brief) => Ok(Tried::Begun(brief.id)),
            Err(NotCreated::Refused(sentence)) => self.refuse(starting, &sentence).await,
            Err(NotCreated::Unfired(Unfired::Changed)) => Ok(Tried::Over),
            Err(NotCreated::Unfired(Unfired::Store(problem))) => Err(problem),
        }
    }

    /// Whether one of the release's deadlines is over as well: then it could not leave in time any more.
    fn too_late(&self, starting: &Starting<'_>, playbook: &Playbook) -> Result<bool, StoreProblem> {
        let (desk, project, start) = (&self.desk, &starting.entry.project, starting.last.slot);
        let (specs, zone) = (&playbook.dates, starting.entry.schedule.zone());
        let exceptions = desk.store.exceptions()?;
        let resolved = fixed(project, specs, zone, &desk.holidays, start, &exceptions)
            .and_then(|fixed| dates::resolve(specs, zone, &desk.holidays, start, &fixed));
        let plan = playbook.release.plan(&playbook.words("0.0.0", "", "", &playbook.release.source), specs);
        // What cannot be resolved or planned is refused with its reason when the release begins.
        let (Ok(dates), Ok(plan)) = (resolved, plan) else { return Ok(false) };
        let deadlines = plan.steps.iter().filter_map(|planned| match &planned.step {
            Step::SignOff(gate) | Step::Pick { gate, .. } => gate.deadline.as_ref(),
            Step::AwaitMerge { at } => at.as_ref(),
            _ => None,
        });
        Ok(deadlines.filter_map(|date| dates.get(date)).any(|deadline| deadline <= starting.now))
    }

    async fn leave_out(&self, starting: &Starting<'_>) -> Result<Tried, StoreProblem> {
        let (desk, entry) = (&self.desk, starting.entry);
        let exceptions = desk.store.exceptions()?;
        let next = entry.occurrences(starting.now, &desk.holidays, &exceptions).next();
        let message = schedule::left_out(entry, &starting.due.occurrences, next.map(|next| next.at));
        self.tell(starting, "left-out", message).await
    }

    async fn refuse(&self, starting: &Starting<'_>, sentence: &str) -> Result<Tried, StoreProblem> {
        self.tell(starting, "refused", schedule::did_not_begin(starting.entry, starting.last.at, sentence)).await
    }

    /// Notes that what was due has been dealt with, and tells how.
    async fn tell(&self, starting: &Starting<'_>, what: &str, message: Message) -> Result<Tried, StoreProblem> {
        let people = &self.desk.people;
        let message = message.ping(people.holding(&people.roles_with(Permission::Release)));
        let firing = starting.firing(vec![starting.message(what, message)]);
        let (desk, revision) = (self.desk.clone(), starting.revision);
        let written = self.desk.write(move |writing| {
            unchanged(writing, revision)?;
            put(&desk, writing, &firing)?;
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
        let (desk, index) = (self.desk.clone(), starting.index);
        self.desk
            .write(move |writing| super::fire::say(&desk, writing, &desk.agenda[index], &name, &message))
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
        requester: THE_CALENDAR.to_owned(),
        start: occurrence.slot,
    }
}
