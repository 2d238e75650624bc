//! Everything the bot says: one pure function each, giving a `Message`.

pub mod announce;
pub mod board;
pub mod calendar;
pub mod card;
pub mod conflict;
pub mod debt;
pub mod environment;
pub mod exemption;
pub mod flag;
pub mod freeze;
pub mod guard;
pub mod incident;
pub mod joined;
pub mod lost;
pub mod matter;
pub mod moved;
pub mod notes;
pub mod nudge;
pub mod plan;
pub mod pull_request;
pub mod refusal;
pub mod releases;
pub mod report;
pub mod schedule;
pub mod simulate;
pub mod stories;
pub mod told;
pub mod wait;
pub mod way;

use chrono::{DateTime, Duration, Utc};
use commands::Invocation;

use crate::domain::release::{Release, ReleaseKind};

pub use crate::domain::place::spoken;

/// A command about one release, as its buttons say it.
pub fn about(release: &Release, path: &str) -> Invocation {
    Invocation::new(path).with("version", release.brief.id.to_string())
}

/// `3 d 04 h`, `2 h 05 min`, `14 min`, `40 s`.
pub fn span(span: Duration) -> String {
    let minutes = span.num_minutes();
    match minutes {
        0 => format!("{} s", span.num_seconds().max(0)),
        1..60 => format!("{minutes} min"),
        // Nobody counts further than two days in hours.
        2881.. => format!("{} d {:02} h", minutes / 1440, minutes % 1440 / 60),
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

/// `T+0:00`, `T+26:10`.
pub fn since(start: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let minutes = (at - start).num_minutes();
    format!("T+{}:{:02}", minutes / 60, minutes % 60)
}

/// `alice, bob or carol`
pub fn either(names: &[String]) -> String {
    match names {
        [] => "nobody".into(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
    }
}

/// The same text with a capital letter at its start.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The emoji of a release's kind.
pub fn emoji(release: &Release) -> &'static str {
    match release.brief.kind {
        ReleaseKind::Regular => "\u{1f680}",
        ReleaseKind::Hotfix { .. } => "\u{1f691}",
        ReleaseKind::RollBack { .. } => "\u{21a9}",
    }
}

/// An environment as a heading: short names are abbreviations.
pub fn place(environment: &str) -> String {
    capital(&spoken(environment))
}

/// The first letters of a digest, as people compare them.
pub fn short_digest(digest: &str) -> &str {
    digest.get(.."sha256:".len() + 12).unwrap_or(digest)
}
