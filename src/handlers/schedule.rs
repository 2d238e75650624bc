//! `/schedule list`, `preview`, `skip`, `move`.

use chrono::{DateTime, NaiveDate, Utc};
use commands::{DateName, Moment, ProjectName, ReleaseRef, ScheduleList, ScheduleMove, SchedulePreview, ScheduleSkip};

use super::{Asked, Refusal, find::fresh};
use crate::{
    desk::Desk,
    domain::{
        agenda::{Change, Does, Entry, Exception, Occurrence, Timetable, Train},
        dates::Dates,
        fact::Fact,
        message::Message,
        moment,
        post::Target,
        project::Project,
        release::{Release, ReleaseId},
    },
    journal,
    messages::schedule::{self, Coming},
    store::Writing,
};

/// How many times a preview shows unless one asks for more, and at most.
const SHOWN: (usize, usize) = (10, 50);

/// How many occurrences are looked through for one on a certain day.
const SEARCHED: usize = 2000;

/// What somebody wants to do with one occurrence.
struct Wish {
    date: DateName,
    /// To when; without it the occurrence is left out.
    to: Option<Moment>,
    reason: String,
    on: Option<Moment>,
    project: Option<ProjectName>,
    version: Option<ReleaseRef>,
    dry_run: bool,
}

impl Asked<'_> {
    pub(super) fn schedule_list(&self, asked: ScheduleList) -> Result<Message, Refusal> {
        let (project, ..) = self.project(asked.project.as_ref())?;
        let exceptions = self.desk.store.exceptions()?;
        let (now, open) = (self.desk.clock.now(), self.running(&project.name)?);
        let entries = of_project(self.desk, &project.name);
        let next = |entry: &&Entry| {
            let next = entry.occurrences(now, &self.desk.holidays, &exceptions).next();
            ((*entry).clone(), next)
        };
        let train = timetable(self.desk, project, &exceptions).and_then(|table| first_train(table, now));
        let entries: Vec<_> =
            entries.filter(|entry| train.is_none() || says(entry)).map(|entry| next(&entry)).collect();
        let specs = self.desk.playbooks.get(&project.playbook).map(|playbook| playbook.dates.as_slice());
        let ahead: Vec<Exception> =
            exceptions.into_iter().filter(|one| one.slot > now && of(&one.entry, &project.name)).collect();
        let train = train.map(|train| (train, specs.unwrap_or_default()));
        Ok(schedule::list(&project.name, open.as_ref(), train.as_ref(), &entries, &ahead, now))
    }

    pub(super) fn schedule_preview(&self, asked: SchedulePreview) -> Result<Message, Refusal> {
        let (project, ..) = self.project(asked.project.as_ref())?;
        let count = asked.count.map_or(SHOWN.0, |count| (count as usize).clamp(1, SHOWN.1));
        let (now, exceptions) = (self.desk.clock.now(), self.desk.store.exceptions()?);
        let wanted = asked.date.as_ref().map(DateName::as_str);
        if let Some(name) = wanted {
            self.known_date(project, name)?;
        }
        let fits = |name: &str| wanted.is_none_or(|wanted| wanted == name);
        let mut coming: Vec<Coming> = vec![];
        let table = timetable(self.desk, project, &exceptions);
        if let (Some(release), Some(table)) = (self.running(&project.name)?, table) {
            coming.extend(dates(table, &release.state.dates, Some(release.name())));
        }
        let until = now + chrono::Duration::days(800);
        for train in table.map(|table| table.trains(now, count, until)).into_iter().flatten().flatten() {
            coming.extend(table.map(|table| dates(table, &train.dates, None)).into_iter().flatten());
        }
        let trains = !coming.is_empty();
        for entry in of_project(self.desk, &project.name).filter(|entry| says(entry) || !trains) {
            let next = entry.occurrences(now, &self.desk.holidays, &exceptions).take(count);
            coming.extend(next.map(|one| Coming {
                at: one.at,
                title: entry.title.clone(),
                name: entry.name.clone(),
                of: None,
            }));
        }
        coming.retain(|one| one.at > now && fits(&one.name));
        coming.sort_by_key(|one| one.at);
        coming.truncate(count);
        let reader = self.known.as_ref().and_then(|known| self.desk.people.named(&known.name)?.time_zone);
        Ok(schedule::preview(&project.name, wanted, &coming, self.desk.zone, reader))
    }

    pub(super) async fn schedule_skip(&self, asked: ScheduleSkip) -> Result<Option<Message>, Refusal> {
        let ScheduleSkip { date, reason, on, project, version, dry_run } = asked;
        let reason = reason.as_str().to_owned();
        self.except(Wish { date, to: None, reason, on, project, version, dry_run }).await
    }

    pub(super) async fn schedule_move(&self, asked: ScheduleMove) -> Result<Option<Message>, Refusal> {
        let ScheduleMove { date, to, reason, on, project, version, dry_run } = asked;
        let reason = reason.as_str().to_owned();
        self.except(Wish { date, to: Some(to), reason, on, project, version, dry_run }).await
    }

    /// A date of an open release moves in that release; anything else is an exception for one occurrence to come.
    async fn except(&self, wish: Wish) -> Result<Option<Message>, Refusal> {
        let now = self.desk.clock.now();
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
            Some(release) => self.move_in(release.brief.id, wish).await,
            None => self.except_one(wish).await,
        }
    }

    async fn move_in(&self, id: ReleaseId, wish: Wish) -> Result<Option<Message>, Refusal> {
        let (desk, by, dry_run) = (self.desk.clone(), self.who()?, wish.dry_run);
        let decide = move |writing: &mut Writing| {
            let mut release = fresh(writing, id)?;
            let (now, date) = (desk.clock.now(), wish.date.as_str());
            let exceptions = writing.exceptions()?;
            let (project, _) =
                desk.projects.get(&release.brief.project).ok_or_else(|| "Its project is gone.".to_owned())?;
            let zone = release.brief.plan.zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(desk.zone);
            let specs = release.brief.plan.dates.clone();
            let (holidays, exceptions) = (&desk.holidays, exceptions.as_slice());
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
                journal::record(&desk, writing, &mut release, moved, now)?;
            }
            Ok((schedule::answer(dry_run, &release.name(), changes), vec![id]))
        };
        self.decide(decide).await
    }

    async fn except_one(&self, wish: Wish) -> Result<Option<Message>, Refusal> {
        let (project, ..) = self.project(wish.project.as_ref())?;
        let entry = self.known_date(project, wish.date.as_str())?;
        let entry = entry.ok_or_else(|| {
            let playbook = self.desk.playbooks.get(&project.playbook);
            follows(playbook.map(|playbook| playbook.dates.as_slice()).unwrap_or_default(), wish.date.as_str())
        })?;
        let (desk, by, project) = (self.desk.clone(), self.who()?, project.clone());
        let dry_run = wish.dry_run;
        let answered = self
            .decide(move |writing| {
                let (now, zone) = (desk.clock.now(), entry.schedule.zone());
                let before = writing.exceptions()?;
                let occurrence = find(&entry, &desk, &before, wish.on.as_ref(), now)?;
                let change = match &wish.to {
                    Some(text) => Change::Move { to: moment::read(text.as_str(), now, zone)? },
                    None => Change::Skip,
                };
                let Occurrence { slot, .. } = occurrence;
                let exception = Exception { entry: entry.key(), slot, change, by, reason: wish.reason, at: now };
                let mut after: Vec<Exception> = before.clone();
                after.retain(|one| (&one.entry, one.slot) != (&exception.entry, exception.slot));
                after.push(exception.clone());
                let trains =
                    |exceptions| timetable(&desk, &project, exceptions).map(|table| trains(table, now)).transpose();
                let (old, new) = (trains(&before).unwrap_or_default(), trains(&after)?);
                let specs =
                    desk.playbooks.get(&project.playbook).map(|playbook| playbook.dates.clone()).unwrap_or_default();
                let follow =
                    schedule::train_changes(&specs, &old.unwrap_or_default(), &new.unwrap_or_default(), &entry.name);
                let next = entry.occurrences(occurrence.at, &desk.holidays, &after).next().map(|next| next.at);
                let message = schedule::excepted(&entry, occurrence.at, &exception, follow, next);
                if !dry_run {
                    writing.put_exception(&exception)?;
                    let places = match &entry.does {
                        Does::Says { to, .. } if !to.is_empty() => to.clone(),
                        _ => project.releases.clone(),
                    };
                    let name =
                        format!("agenda/{}/{}/exception/{}", entry.key(), slot.timestamp(), writing.agenda_revision()?);
                    let told = message.clone().ping(desk.people.holding(&entry.roles));
                    journal::post_everywhere(&desk, writing, &name, &places, Target::Channel, &told)?;
                }
                Ok((schedule::answered(dry_run, message), vec![]))
            })
            .await;
        // The receiver lives as long as the bot.
        let _ = self.desk.agenda_changed.send(self.desk.quiet.busy());
        answered
    }

    /// The regular release of a project that is under way.
    fn running(&self, project: &str) -> Result<Option<Release>, Refusal> {
        let mut open = self.desk.store.open_releases()?.into_iter();
        Ok(open.find(|release| release.brief.project == project && !release.is_hotfix()))
    }

    /// The entry of a date or schedule of this name; none for a date that only follows another one.
    fn known_date(&self, project: &Project, name: &str) -> Result<Option<Entry>, Refusal> {
        if let Some(entry) = of_project(self.desk, &project.name).find(|entry| entry.name == name) {
            return Ok(Some(entry.clone()));
        }
        let specs =
            self.desk.playbooks.get(&project.playbook).map(|playbook| playbook.dates.as_slice()).unwrap_or_default();
        if specs.iter().any(|spec| spec.name == name) {
            return Ok(None);
        }
        let mut known: Vec<&str> = specs_names(specs);
        known.extend(of_project(self.desk, &project.name).filter(|entry| says(entry)).map(|entry| entry.name.as_str()));
        Err(unknown(&project.name, name, &known).into())
    }
}

/// Everything that recurs in a project.
pub(super) fn of_project<'a>(desk: &'a Desk, project: &'a str) -> impl Iterator<Item = &'a Entry> {
    desk.agenda.iter().filter(move |entry| entry.project == project)
}

/// What the dates of a project follow from, if its playbook has any.
fn timetable<'a>(desk: &'a Desk, project: &'a Project, exceptions: &'a [Exception]) -> Option<Timetable<'a>> {
    let playbook = desk.playbooks.get(&project.playbook)?;
    let zone = playbook.zone_or(desk.zone).ok()?;
    let timetable =
        Timetable { project: &project.name, specs: &playbook.dates, zone, holidays: &desk.holidays, exceptions };
    (!playbook.dates.is_empty()).then_some(timetable)
}

fn first_train(table: Timetable<'_>, now: DateTime<Utc>) -> Option<Train> {
    table.trains(now, 1, now + chrono::Duration::days(800)).into_iter().flatten().next()
}

/// The trains of the next weeks; a sentence if one of them cannot be.
fn trains(table: Timetable<'_>, now: DateTime<Utc>) -> Result<Vec<Train>, String> {
    table.trains(now, 12, now + chrono::Duration::days(120)).into_iter().collect()
}

fn dates(table: Timetable<'_>, dates: &Dates, of: Option<String>) -> Vec<Coming> {
    let coming = table.specs.iter().filter_map(|spec| {
        Some(Coming { at: dates.get(&spec.name)?, title: spec.title.clone(), name: spec.name.clone(), of: of.clone() })
    });
    coming.collect()
}

fn says(entry: &Entry) -> bool {
    matches!(entry.does, Does::Says { .. })
}

fn of(key: &str, project: &str) -> bool {
    key.strip_prefix(project).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a release should have left on this date, and did not.
fn missed(release: &Release, date: &str) -> bool {
    release.state.missed.as_ref().is_some_and(|(at, _)| release.state.dates.get(date) == Some(*at))
}

/// The occurrence that is meant: the one on a day, even if it was left out before, or else the next one.
fn find(
    entry: &Entry,
    desk: &Desk,
    exceptions: &[Exception],
    on: Option<&Moment>,
    now: DateTime<Utc>,
) -> Result<Occurrence, Refusal> {
    let zone = entry.schedule.zone();
    let mut occurrences = entry.occurrences(now, &desk.holidays, exceptions).take(SEARCHED);
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
    let left_out = exceptions.iter().filter(|one| one.entry == entry.key() && one.change == Change::Skip);
    let left_out =
        left_out.map(|one| Occurrence { at: desk.holidays.roll(one.slot, zone, entry.roll), slot: one.slot });
    let found = occurrences.chain(left_out).find(|one| one.at > now && one.at.with_timezone(&zone).date_naive() == day);
    found.ok_or_else(|| {
        let next = entry.occurrences(now, &desk.holidays, exceptions).next();
        let next = next.map_or_else(String::new, |next| {
            format!(" The next one is on {}.", next.at.with_timezone(&zone).date_naive())
        });
        format!("{} does not occur on {day}.{next}", entry.title).into()
    })
}

fn specs_names(specs: &[crate::domain::dates::DateSpec]) -> Vec<&str> {
    specs.iter().map(|spec| spec.name.as_str()).collect()
}

fn unknown(of: &str, name: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
    match known.as_slice() {
        [] => format!("{of} has no dates and no schedules; write them in its playbook, or under [[schedules]]."),
        _ => format!("{of} has no date \u{201c}{name}\u{201d}; it has {}.", crate::messages::either(&known)),
    }
}

/// A date without a pattern of its own has nothing to be left out or moved to before there is a release.
fn follows(specs: &[crate::domain::dates::DateSpec], name: &str) -> String {
    let spec = specs.iter().find(|spec| spec.name == name);
    match spec.and_then(|spec| spec.of.as_ref().map(|of| (spec, of))) {
        Some((spec, of)) => format!("{} follows from {of}: move that one, and it follows.", spec.title),
        None => format!("{name} has no occurrence to come."),
    }
}
