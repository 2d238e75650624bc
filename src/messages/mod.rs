//! Everything the bot says: one pure function each, giving a `Message`.

pub mod announce;
pub mod another;
pub mod aside;
pub mod away;
pub mod backport;
pub mod backup;
pub mod barrier;
pub mod board;
pub mod buttons;
pub mod by_hand;
pub mod calendar;
pub mod card;
pub mod checklist;
pub mod checks;
pub mod clean_up;
pub mod clock;
pub mod code;
pub mod confirm;
pub mod conflict;
pub mod days_off;
pub mod deadlock;
pub mod enforcement;
pub mod environment;
pub mod exemption;
pub mod flag;
pub mod freeze;
pub mod glass;
pub mod help;
pub mod hindrance;
pub mod incident;
pub mod joined;
pub mod late;
pub mod left;
pub mod lost;
pub mod matter;
pub mod merged;
pub mod missing;
pub mod moved;
pub mod notes;
pub mod notifications;
pub mod nudge;
pub mod out_of_turn;
pub mod overview;
pub mod place;
pub mod plan;
pub mod production;
pub mod pull_request;
pub mod question;
pub mod refusal;
pub mod releases;
pub mod report;
pub mod repository;
pub mod reviews;
pub mod schedule;
pub mod setbacks;
pub mod simulate;
pub mod stops;
pub mod stories;
pub mod understood;
pub mod wait;
pub mod way;
pub mod whereabouts;

use chrono::{DateTime, Duration, Utc};
use commands::Invocation;

use crate::domain::{
    message::markdown,
    release::{Release, ReleaseKind, timeline::StageView},
};

pub use crate::domain::message::{place::spoken, short::short};

/// A command about one release, as its buttons say it.
pub fn about(release: &Release, path: &str) -> Invocation {
    Invocation::new(path).with("version", release.spec.id.to_string())
}

/// `3 d 04 h`, `2 h 05 min`, `14 min`, `40 s`: to the nearest of the last that is said.
pub fn span(span: Duration) -> String {
    let (seconds, minutes) = (span.num_seconds().max(0), whole_minutes(span).num_minutes().max(0));
    match minutes {
        _ if seconds < 60 => format!("{seconds} s"),
        ..60 => format!("{minutes} min"),
        // Nobody counts further than two days in hours.
        2881.. => {
            let hours = (minutes + 30) / 60;
            format!("{} d {:02} h", hours / 24, hours % 24)
        }
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

/// The same to the minute, for spans that have to add up: `9 d 22 h 48 min`.
pub fn whole_span(span: Duration) -> String {
    let minutes = whole_minutes(span).num_minutes();
    match (minutes > 2880, minutes % 60) {
        (true, 0) | (false, _) => self::span(Duration::minutes(minutes)),
        (true, rest) => format!("{} d {:02} h {rest:02} min", minutes / 1440, minutes % 1440 / 60),
    }
}

/// The nearest whole number of minutes.
pub fn whole_minutes(span: Duration) -> Duration {
    Duration::minutes((span.num_seconds() + 30).div_euclid(60))
}

/// `1 change`, `4 changes`.
pub fn count<N: PartialEq + From<u8> + std::fmt::Display>(number: N, what: &str) -> String {
    if number == N::from(1) { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `T+0:00`, `T+26:10`.
pub fn since(start: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let minutes = whole_minutes(at - start).num_minutes();
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

/// `api, web and docs`
pub fn all(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// The same text with a capital letter at its start.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The emoji of a release's kind.
pub fn emoji(release: &Release) -> &'static str {
    match release.spec.kind {
        ReleaseKind::Regular => "\u{1f680}",
        ReleaseKind::Hotfix { .. } => "\u{1f691}",
        ReleaseKind::RollBack { .. } => "\u{21a9}",
    }
}

/// ` · QA sign-off skipped by alice`, for what was not done of a stage; nothing if all of it was.
pub fn gone_past(stage: &StageView<'_>) -> String {
    stage.skipped.iter().map(|(what, by)| format!(" \u{b7} {what} skipped by {by}")).collect()
}

/// An environment as a heading: short names are abbreviations.
pub fn place(environment: &str) -> String {
    capital(&spoken(environment))
}

/// People's words in a body on GitHub format nothing and ping nobody.
fn quiet(text: &str) -> String {
    markdown::quiet(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_rounded_to_the_nearest() {
        for (seconds, said) in [
            (-5, "0 s"),
            (40, "40 s"),
            (89, "1 min"),
            (90, "2 min"),
            (59 * 60 + 29, "59 min"),
            (59 * 60 + 30, "1 h 00 min"),
            (2 * 3600 - 1, "2 h 00 min"),
            (48 * 3600 - 1, "48 h 00 min"),
            (3 * 86400 + 17 * 3600 - 1, "3 d 17 h"),
            (3 * 86400 + 23 * 3600 + 1800, "4 d 00 h"),
        ] {
            assert_eq!(span(Duration::seconds(seconds)), said, "{seconds} s");
        }
    }
}
