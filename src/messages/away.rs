//! What is told of a service that gives no good answer, and that it answers again; and of requests that are few.

use chrono::{DateTime, Utc};

use super::span;
use crate::domain::{
    message::{Line, Message, Tone, line},
    platform::{Outage, Platform},
    quota::Scarcity,
};

/// A service does not answer.
pub fn away(platform: Platform, outage: &Outage) -> Message {
    let what_of_it = match platform {
        Platform::GitHub => {
            "Releases wait for it and go on by themselves; what you say here I hear, and do as far as it needs no GitHub."
        }
        Platform::Discord | Platform::Telegram => {
            "What I have to say there waits and is said once it answers. Commands reach me here all the while."
        }
    };
    let since = line().plain("Since ").time(outage.since).plain(format!(": {}.", outage.why.trim_end_matches('.')));
    Message::new(Tone::Bad, format!("\u{26a0} {platform} gives me no good answer")).text(since).text(what_of_it)
}

/// It answers again.
pub fn back(platform: Platform, outage: &Outage, now: DateTime<Utc>) -> Message {
    Message::new(Tone::Good, format!("{platform} answers again"))
        .text(format!("It gave no good answer for {}.", span(now - outage.since)))
}

/// The sentence about it in `/readyz`.
pub fn sentence(platform: Platform, outage: &Outage) -> String {
    format!("{platform}: no good answer since {}: {}", outage.since.format("%Y-%m-%d %H:%M UTC"), outage.why)
}

/// That GitHub takes few requests, or none, and until when.
pub fn scarce(scarcity: Scarcity) -> Line {
    match scarcity {
        Scarcity::UsedUp(until) => line()
            .plain("GitHub takes no requests from me until ")
            .time(until)
            .plain(": its limit is used up. Everything that waits for it goes on then by itself."),
        Scarcity::KeptForReleases(until) => line()
            .plain("What GitHub lets me ask until ")
            .time(until)
            .plain(" is kept for releases: questions that need it are answered after that."),
    }
}
