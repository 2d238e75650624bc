//! What somebody wants to do with one occurrence: leave it out, or move it.

use chrono::{DateTime, NaiveDate, Utc};
use commands::{DateName, Moment, ProjectName, ReleaseRef};

use super::{specs_names, timetable, unknown};
use crate::{
    context::Context,
    domain::{
        message::{Message, post::Target},
        release::{Release, ReleaseId, fact::Fact},
        time::{
            agenda::{Does, Entry, Exception, ExceptionKind, Occurrence, Timetable, Train},
            dates::DateSpec,
            moment,
        },
    },
    handlers::{Asked, Refusal, find::fresh},
    messages::schedule,
    record::journal,
    store::Writing,
};

/// How many occurrences are looked through for one on a certain day.
const SEARCHED: usize = 2000;

/// What somebody wants to do with one occurrence.
pub(super) struct Wish {
    pub date: DateName,
    /// To when; without it the occurrence is left out.
    pub to: Option<Moment>,
    pub reason: String,
    pub on: Option<Moment>,
    pub project: Option<ProjectName>,
    pub version: Option<ReleaseRef>,
    pub dry_run: bool,
}

impl Asked<'_> {
    /// A date of an open release moves in that release; anything else is an exception for one occurrence to come.
    pub(super) async fn except(&self, wish: Wish) -> Result<Option<Message>, Refusal> {
        let now = self.context.clock.now();
        let running = match &wish.version {
            Some(version) => Some(self.release(wish.project.as_ref(), Some(version))?),
            None => self.running(&self.project(wish.project.as_ref())?.0.name)?,
        };
        let has = |release: &Release| release.state.dates.get(wish.date.as_str()).is_some_and(|at| at > now);
        // A release that was named, or that is missed, has this date even if it is over.
        let named = |release: &Release| wish.version.is_some() && release.state.dates.get(wish.date.as_str()).is_some();
        match running.filter(|release| {
            wish.on.is_none() && (has(release) || named(release) || missed(release, wish.date.as_str()))
        }) {
            Some(release) => self.move_in(release.spec.id, wish).await,
            None => self.except_one(wish).await,
        }
    }

    async fn move_in(&self, id: ReleaseId, wish: Wish) -> Result<Option<Message>, Refusal> {
        let (context, by, dry_run) = (self.context.clone(), self.who()?, wish.dry_run);
        let decide = move |writing: &mut Writing| {
            let mut release = fresh(writing, id)?;
            let (now, date) = (context.clock.now(), wish.date.as_str());
            let exceptions = writing.exceptions()?;
            let (project, _) =
                context.projects.get(&release.spec.project).ok_or_else(|| "Its project is gone.".to_owned())?;
            let zone = release.spec.plan.zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(context.zone);
            let specs = release.spec.plan.dates.clone();
            let (holidays, exceptions) = (&context.holidays, exceptions.as_slice());
            let table = Timetable { project: &project.name, specs: &specs, zone, holidays, exceptions };
            let held =
                release.state.dates.get(date).ok_or_else(|| unknown(&release.name(), date, &specs_names(&specs)))?;
            let to = match &wish.to {
                Some(text) => moment::read(text.as_str(), now, zone)?,
                None => table.next_of(date, held.max(now)).ok_or_else(|| follows(&specs, date))?,
            };
            let before = release.state.dates.clone();
            let dates = table.moved(&release, date, to, now)?;
            let changes = schedule::changes(&specs, &before, &dates);
            if !dry_run {
                let (date, reason) = (date.to_owned(), wish.reason);
                let moved = Fact::Moved { date, dates, by, reason };
                journal::record(&context, writing, &mut release, moved, now)?;
            }
            Ok((schedule::answer(dry_run, &release.name(), changes), vec![id]))
        };
        self.decide(decide).await
    }

    async fn except_one(&self, wish: Wish) -> Result<Option<Message>, Refusal> {
        let (project, ..) = self.project(wish.project.as_ref())?;
        let entry = self.known_date(project, wish.date.as_str())?;
        let entry = entry.ok_or_else(|| {
            let playbook = self.context.playbooks.get(&project.playbook);
            follows(playbook.map(|playbook| playbook.dates.as_slice()).unwrap_or_default(), wish.date.as_str())
        })?;
        let (context, by, project) = (self.context.clone(), self.who()?, project.clone());
        let dry_run = wish.dry_run;
        let answered = self
            .decide(move |writing| {
                let (now, zone) = (context.clock.now(), entry.schedule.zone());
                let before = writing.exceptions()?;
                let occurrence = find(&entry, &context, &before, wish.on.as_ref(), now)?;
                let change = match &wish.to {
                    Some(text) => ExceptionKind::Move { to: moment::read(text.as_str(), now, zone)? },
                    None => ExceptionKind::Skip,
                };
                let Occurrence { slot, .. } = occurrence;
                let exception = Exception { entry: entry.key(), slot, change, by, reason: wish.reason, at: now };
                let mut after: Vec<Exception> = before.clone();
                after.retain(|one| (&one.entry, one.slot) != (&exception.entry, exception.slot));
                after.push(exception.clone());
                let trains =
                    |exceptions| timetable(&context, &project, exceptions).map(|table| trains(table, now)).transpose();
                let (old, new) = (trains(&before).unwrap_or_default(), trains(&after)?);
                let specs =
                    context.playbooks.get(&project.playbook).map(|playbook| playbook.dates.clone()).unwrap_or_default();
                let follow =
                    schedule::train_changes(&specs, &old.unwrap_or_default(), &new.unwrap_or_default(), &entry.name);
                let next = entry.occurrences(occurrence.at, &context.holidays, &after).next().map(|next| next.at);
                let message = schedule::excepted(&entry, occurrence.at, &exception, follow, next);
                if !dry_run {
                    writing.put_exception(&exception)?;
                    let places = match &entry.does {
                        Does::Says { to, .. } if !to.is_empty() => to.clone(),
                        Does::Says { .. } | Does::Begins | Does::Marks => project.releases.clone(),
                    };
                    let name =
                        format!("agenda/{}/{}/exception/{}", entry.key(), slot.timestamp(), writing.agenda_revision()?);
                    let told = message.clone().ping(context.people.holding(&entry.roles));
                    journal::post_everywhere(&context, writing, &name, &places, Target::Channel, &told)?;
                }
                Ok((schedule::answered(dry_run, message), vec![]))
            })
            .await;
        // The receiver lives as long as the bot.
        self.context.agenda_changed.wake(self.context.quiet.busy());
        answered
    }
}

/// The trains of the next weeks; a sentence if one of them cannot be.
fn trains(table: Timetable<'_>, now: DateTime<Utc>) -> Result<Vec<Train>, String> {
    table.trains(now, 12, now + chrono::Duration::days(120)).into_iter().collect()
}

/// Whether a release should have left on this date, and did not.
fn missed(release: &Release, date: &str) -> bool {
    release.state.missed.as_ref().is_some_and(|(at, _)| release.state.dates.get(date) == Some(*at))
}

/// The occurrence that is meant: the one on a day, even if it was left out before, or else the next one.
fn find(
    entry: &Entry,
    context: &Context,
    exceptions: &[Exception],
    on: Option<&Moment>,
    now: DateTime<Utc>,
) -> Result<Occurrence, Refusal> {
    let zone = entry.schedule.zone();
    let mut occurrences = entry.occurrences(now, &context.holidays, exceptions).take(SEARCHED);
    let Some(on) = on else {
        return occurrences.next().ok_or_else(|| format!("{} has no occurrence to come.", entry.title).into());
    };
    let day: NaiveDate = on.as_str().parse().map_err(|_| {
        format!(
            "\u{201c}{}\u{201d} is not a day; write it like {}.",
            on.as_str(),
            now.with_timezone(&zone).date_naive()
        )
    })?;
    let left_out = exceptions.iter().filter(|one| one.entry == entry.key() && one.change == ExceptionKind::Skip);
    let left_out =
        left_out.map(|one| Occurrence { at: context.holidays.roll(one.slot, zone, entry.roll), slot: one.slot });
    let found = occurrences.chain(left_out).find(|one| one.at > now && one.at.with_timezone(&zone).date_naive() == day);
    found.ok_or_else(|| {
        let next = entry.occurrences(now, &context.holidays, exceptions).next();
        let next = next.map_or_else(String::new, |next| {
            format!(" The next one is on {}.", next.at.with_timezone(&zone).date_naive())
        });
        format!("{} does not occur on {day}.{next}", entry.title).into()
    })
}

/// A date without a pattern of its own has nothing to be left out or moved to before there is a release.
fn follows(specs: &[DateSpec], name: &str) -> String {
    let spec = specs.iter().find(|spec| spec.name == name);
    match spec.and_then(|spec| spec.of.as_ref().map(|of| (spec, of))) {
        Some((spec, of)) => format!("{} follows from {of}: move that one, and it follows.", spec.title),
        None => format!("{name} has no occurrence to come."),
    }
}
