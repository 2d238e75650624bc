//! Answers to those who ask for the dates to come, or change one.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::Release,
    time::{
        agenda::{Does, Entry, Exception, ExceptionKind, Occurrence, Train},
        dates::{DateSpec, Dates},
    },
};

/// Something to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// When.
    pub at: DateTime<Utc>,
    /// What it is, in a few words.
    pub title: String,
    /// Its name.
    pub name: String,
    /// The release whose date it is, if it is open already.
    pub of: Option<String>,
}

/// Everything that recurs in a project, with its next time: the dates of the open release, those of the next one, and
/// what stands alone.
pub fn list(
    project: &str,
    open: Option<&Release>,
    train: Option<&(Train, &[DateSpec])>,
    entries: &[(Entry, Option<Occurrence>)],
    exceptions: &[Exception],
    now: DateTime<Utc>,
) -> Message {
    let mut message = Message::new(Tone::Plain, format!("\u{1f4c5} Dates of {project}"));
    if let Some(release) = open {
        let lines = dated(&release.spec.plan.dates, &release.state.dates, |at| at > now);
        message = section(message, &release.name(), lines);
    }
    if let Some((train, specs)) = train {
        message = section(message, "The next release", dated(specs, &train.dates, |_| true));
    }
    let entries = entries.iter().map(|(entry, next)| {
        let head = named(&entry.title, &entry.name);
        let head = match next {
            Some(next) => head.time(next.at),
            None => head.plain("never again"),
        };
        head.plain(" (").code(entry.schedule.text()).plain(format!(", {})", entry.schedule.zone().name()))
    });
    message = section(message, "Schedules", entries.collect());
    message = section(message, "Changed by people", exceptions.iter().map(exception_in_words).collect());
    if message.body.is_empty() {
        return message.text("None. Write dates in the playbook, or [[schedules]] in bot.toml.");
    }
    message
}

/// The next times, as a clock in the team's zone shows them, and as the reader's own does.
pub fn preview(project: &str, name: Option<&str>, coming: &[Coming], team: Tz, reader: Option<Tz>) -> Message {
    let what = name.map_or_else(String::new, |name| format!(": {name}"));
    let message = Message::new(Tone::Plain, format!("\u{1f4c5} What comes in {project}{what}"));
    if coming.is_empty() {
        return message.text("Nothing comes.");
    }
    let lines = coming.iter().map(|one| {
        let own = reader.filter(|reader| *reader != team).map(|reader| format!(", {} for you", shown(one.at, reader)));
        let of = one.of.as_ref().map_or_else(String::new, |release| format!(" of {release}"));
        line().bold(shown(one.at, team)).plain(own.unwrap_or_default()).plain(format!(" {}{of}", one.title))
    });
    message.block(Block::List(lines.collect()))
}

/// What changes among the dates of a release: the old and the new time of each.
pub fn changes(specs: &[DateSpec], before: &Dates, after: &Dates) -> Vec<Line> {
    let changed = specs.iter().filter_map(|spec| {
        let (old, new) = (before.get(&spec.name)?, after.get(&spec.name)?);
        (old != new).then(|| line().bold(&spec.title).plain(": ").time(old).plain(" \u{2192} ").time(new))
    });
    changed.collect()
}

/// What changes in the next releases besides the date itself: only those that stay are compared.
pub fn train_changes(specs: &[DateSpec], before: &[Train], after: &[Train], date: &str) -> Vec<Line> {
    let others: Vec<DateSpec> = specs.iter().filter(|spec| spec.name != date).cloned().collect();
    let pairs = before.iter().filter_map(|old| Some((old, after.iter().find(|new| new.slot == old.slot)?)));
    pairs.flat_map(|(old, new)| changes(&others, &old.dates, &new.dates)).collect()
}

/// The answer to who moved a date of an open release, or would.
pub fn answer(dry_run: bool, release: &str, changes: Vec<Line>) -> Message {
    let message = match (dry_run, changes.is_empty()) {
        (_, true) => return Message::new(Tone::Plain, format!("Nothing changes in {release}")),
        (true, false) => Message::new(Tone::Plain, format!("Dates of {release} (nothing has been done)")),
        (false, false) => Message::new(Tone::Good, format!("Moved the dates of {release}")),
    };
    message.block(Block::List(changes))
}

/// One occurrence is left out or moved, and what follows from that.
pub fn excepted(
    entry: &Entry,
    at: DateTime<Utc>,
    exception: &Exception,
    follow: Vec<Line>,
    next: Option<DateTime<Utc>>,
) -> Message {
    let (title, by) = (&entry.title, &exception.by);
    let message = match exception.change {
        ExceptionKind::Skip => Message::new(Tone::Plain, format!("\u{23ed} {by} left out: {title}")).text(
            line().plain("Not ").time(at).plain(match entry.does {
                Does::Begins => ": no release begins then.",
                Does::Marks | Does::Says { .. } => ".",
            }),
        ),
        ExceptionKind::Move { to } => Message::new(Tone::Plain, format!("\u{1f4c5} {by} moved: {title}"))
            .text(line().time(at).plain(" \u{2192} ").time(to)),
    };
    let message = message.block(Block::Quote(exception.reason.clone()));
    let message = match (exception.change, next) {
        (ExceptionKind::Skip, Some(next)) => message.text(line().plain("The one after it is ").time(next).plain(".")),
        (ExceptionKind::Skip, None) => message.text("There is none after it."),
        (ExceptionKind::Move { .. }, _) => message,
    };
    section(message, "What follows", follow)
}

/// The answer to who left out or moved an occurrence, or would.
pub fn answered(dry_run: bool, message: Message) -> Message {
    match dry_run {
        true => Message { title: format!("{} (nothing has been done)", message.title), ..message },
        false => Message { tone: Tone::Good, ..message },
    }
}

fn section(message: Message, title: &str, lines: Vec<Line>) -> Message {
    if lines.is_empty() {
        return message;
    }
    message.block(Block::Heading(title.to_owned())).block(Block::List(lines))
}

fn dated(specs: &[DateSpec], dates: &Dates, fits: impl Fn(DateTime<Utc>) -> bool) -> Vec<Line> {
    let mut dated: Vec<_> = specs.iter().filter_map(|spec| Some((dates.get(&spec.name)?, spec))).collect();
    dated.retain(|(at, _)| fits(*at));
    dated.sort_by_key(|(at, _)| *at);
    dated.into_iter().map(|(at, spec)| named(&spec.title, &spec.name).time(at)).collect()
}

fn named(title: &str, name: &str) -> Line {
    line().bold(title).plain(" ").code(name).plain(" ")
}

fn exception_in_words(exception: &Exception) -> Line {
    let name = exception.entry.split_once('/').map_or("", |(_, name)| name);
    let line = line().code(name).plain(" ").time(exception.slot);
    let line = match exception.change {
        ExceptionKind::Skip => line.plain(" is left out"),
        ExceptionKind::Move { to } => line.plain(" \u{2192} ").time(to),
    };
    line.plain(format!(", {}: {}", exception.by, exception.reason))
}

/// `Thu 5 Mar 2026 17:00 EST`.
fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %Y %H:%M %Z").to_string()
}
