//! The board: what runs where, since when, what differs; and where a pull request is live.

use chrono::{DateTime, Utc};

use crate::domain::{
    deploy::{
        drift::drift,
        ledger::{AttemptFailure, Ledger, Running},
    },
    message::{Block, Button, Line, Message, Tone, line},
    release::Release,
};

use super::{environment, short};

/// An environment on the board.
pub struct BoardPlace<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it stands.
    pub ledger: &'a Ledger,
    /// What the release that brought the version is called.
    pub release: Option<String>,
    /// The open release that is bringing something else.
    pub coming: Option<&'a Release>,
}

/// Whether a change is in what runs somewhere.
pub enum Live {
    /// It is.
    In(Running),
    /// It was, and was taken back.
    Reverted(Running),
    /// It is not.
    NotIn(Running),
    /// Nobody knows what runs there.
    Unknown,
}

/// What runs where.
pub fn board(project: &str, places: &[BoardPlace<'_>]) -> Message {
    let message = Message::new(Tone::Plain, format!("{project}: what runs where"));
    if places.is_empty() {
        return message.text("No environment is known. bot.toml names them under [projects.….environments].");
    }
    let mut message =
        message.block(Block::Fields(places.iter().map(|one| (super::place(one.name), runs(one))).collect()));
    let remarks: Vec<Line> = places.iter().flat_map(remarks).collect();
    if !remarks.is_empty() {
        message = message.block(Block::List(remarks));
    }
    if let [.., one, other] = places
        && let (Some(here), Some(there)) = (one.ledger.runs(), other.ledger.runs())
    {
        let lines = drift((one.name, here), (other.name, there));
        message = if lines.is_empty() {
            message.text(format!("{} and {} do not differ, as far as is reported.", super::place(one.name), other.name))
        } else {
            let heading = format!("{} and {}", super::place(one.name), other.name);
            message.block(Block::Heading(heading)).block(Block::List(lines.iter().map(Line::from).collect()))
        };
    }
    let held = places.iter().filter(|one| one.ledger.hold().is_some());
    message.row(held.filter_map(|one| environment::resume_button(project, one.name)).take(4).collect())
}

/// `**2.2.0** · v2.2.0 at abc1234 · sha256:0123456789ab · since … · api v2.2.0`
fn runs(place: &BoardPlace<'_>) -> Line {
    let Some(now) = place.ledger.runs() else {
        return match place.ledger.last_taken_back() {
            Some(tag) => line().plain(format!("not known since {tag} was taken back")),
            None => line().plain("nothing was seen yet"),
        };
    };
    let mut words = line().bold(&now.version);
    if now.tag.trim_start_matches('v') != now.version.trim_start_matches('v') {
        words = words.plain(" \u{b7} ").code(&now.tag);
    }
    for id in [&now.commit, &now.digest].into_iter().flatten() {
        words = words.plain(" \u{b7} ").code(short(id));
    }
    if now.undecided {
        words = words.plain(" \u{b7} ").bold("not what was decided on");
    }
    words = words.plain(" \u{b7} since ").time(now.since);
    match (&place.release, &now.url) {
        (Some(release), Some(url)) => words.plain(" \u{b7} ").link(release, url),
        (None, Some(url)) => words.plain(" \u{b7} ").link("deploy", url),
        (Some(release), None) => words.plain(format!(" \u{b7} {release}")),
        (None, None) => words,
    }
}

/// Why a deploy did not get there.
fn why_failed(failed: &AttemptFailure) -> String {
    match failed {
        AttemptFailure::Release { problem } => problem.to_string(),
        AttemptFailure::Said(words) => words.clone(),
        AttemptFailure::Reported => "as CD reports".to_owned(),
    }
}

/// What else there is to know: what is on its way, what failed, what holds it, what must not come back.
fn remarks(place: &BoardPlace<'_>) -> Vec<Line> {
    let (name, ledger) = (super::place(place.name), place.ledger);
    let mut lines = vec![];
    if let Some(coming) = place.coming {
        lines.push(line().bold(&name).plain(format!(" is deploying now: {}", coming.name())));
    } else if let Some(trying) = ledger.attempt() {
        let what = trying.failed.as_ref().map_or_else(
            || format!(": {} was asked for and has not ended, ", trying.version),
            |failed| format!(": {} did not get there: {}, ", trying.version, why_failed(failed)),
        );
        lines.push(line().bold(&name).plain(what).time(trying.at));
    }
    if let Some(hold) = ledger.hold() {
        let (by, reason) = environment::cause(hold);
        let words = format!(" takes no deploys: {} was rolled back by {by}: {reason}, ", hold.from);
        lines.push(line().bold(&name).plain(words).time(hold.at));
    }
    for bad in ledger.bad() {
        let words = line().bold(&name).plain(" lets nothing in without the revert of ");
        lines.push(Line([words.0, environment::marked(bad).0].concat()));
    }
    lines
}

/// What brings something that is merged to production.
pub enum ComesWith {
    /// A release that is under way.
    Under {
        /// Its version.
        version: String,
        /// Its last date to come, and what that is.
        date: Option<(DateTime<Utc>, String)>,
        /// When it should be over.
        target: DateTime<Utc>,
    },
    /// The next one.
    Next {
        /// What its version would be now.
        version: String,
        /// When it begins by itself.
        begins: Option<DateTime<Utc>>,
    },
    /// None that is known: it is not on the branch that releases are taken from.
    Nowhere {
        /// That branch.
        source: String,
    },
}

/// The same, with the version that brings it to production, and when.
pub fn will_be(message: Message, coming: &ComesWith) -> Message {
    message.text(match coming {
        ComesWith::Under { version, date: Some((at, title)), .. } => line()
            .plain("It comes with ")
            .bold(version)
            .plain(format!(", which is under way. {title}: "))
            .time(*at)
            .plain("."),
        ComesWith::Under { version, date: None, target } => line()
            .plain("It comes with ")
            .bold(version)
            .plain(", which is under way. Its target is ")
            .time(*target)
            .plain("."),
        ComesWith::Next { version, begins: Some(at) } => line()
            .plain("It comes with the next release, now ")
            .bold(version)
            .plain(", which begins ")
            .time(*at)
            .plain("."),
        ComesWith::Next { version, begins: None } => line()
            .plain("It comes with the next release, now ")
            .bold(version)
            .plain(", which begins when somebody says /release prepare."),
        ComesWith::Nowhere { source } => line()
            .plain("No release brings it yet: it is not on ")
            .code(source)
            .plain(", from which the next one is taken."),
    })
}

/// Where a pull request is live.
pub fn is_live(title: &str, number: u64, url: &str, merged: bool, places: &[(&str, Live)]) -> Message {
    let open = vec![Button::open(format!("Open #{number}"), url)];
    if !merged {
        return Message::new(Tone::Plain, format!("#{number} is live nowhere: it is not merged"))
            .text(title.to_owned())
            .row(open);
    }
    let live: Vec<String> =
        places.iter().filter(|(_, live)| matches!(live, Live::In(_))).map(|(name, _)| (*name).to_owned()).collect();
    let what = match live.as_slice() {
        [] => format!("#{number} is live nowhere yet"),
        [one] => format!("#{number} is live in {one}"),
        [others @ .., last] => format!("#{number} is live in {} and {last}", others.join(", ")),
    };
    let tone = if live.is_empty() { Tone::Plain } else { Tone::Good };
    let words = |live: &Live| match live {
        Live::In(now) => line().bold("yes").plain(format!(", {} has been there since ", now.version)).time(now.since),
        Live::Reverted(now) => line().bold("no").plain(format!(", {} has it and its revert", now.version)),
        Live::NotIn(now) => line().bold("no").plain(format!(", {} runs there", now.version)),
        Live::Unknown => line().plain("nobody knows what runs there"),
    };
    let fields = places.iter().map(|(name, live)| (super::place(name), words(live))).collect();
    Message::new(tone, what).text(title.to_owned()).block(Block::Fields(fields)).row(open)
}
