//! What the bot says about how well GitHub keeps a freeze.

use crate::domain::{
    freeze::enforcement::Enforcement,
    message::{Message, Tone, line},
};

/// A repository's branches, as they were read back for the first time in a freeze.
pub fn report(repository: &str, readings: &[(String, Enforcement)]) -> Message {
    let tone = if readings.iter().all(|(_, standing)| standing.is_enforced()) { Tone::Good } else { Tone::Asking };
    readings.iter().fold(
        Message::new(tone, format!("\u{1f6e1} How GitHub keeps the freeze: {repository}")),
        |message, (branch, standing)| {
            message.text(line().bold(branch).plain(format!(" {standing}")).plain(way_out(standing)))
        },
    )
}

/// What was told of a branch, and how it is.
pub struct Change {
    /// The branch.
    pub branch: String,
    /// What was told.
    pub before: Enforcement,
    /// How it is.
    pub now: Enforcement,
}

/// Branches that are not kept any more as it was told.
pub fn drift(repository: &str, changes: &[Change]) -> Message {
    let title = format!("\u{1f6a8} The freeze is not kept as it was told: {repository}");
    changes.iter().fold(Message::new(Tone::Bad, title), |message, change| {
        let told = if change.before.is_enforced() { "ENFORCED".to_owned() } else { change.before.to_string() };
        let words = line().bold(&change.branch).plain(format!(" {}; it was told as {told}", change.now));
        message.text(words.plain(way_out(&change.now)))
    })
}

/// Branches that are kept again, or better than it was told.
pub fn repaired(repository: &str, changes: &[Change]) -> Message {
    let title = format!("\u{1f6e1} The freeze is kept: {repository}");
    changes.iter().fold(Message::new(Tone::Good, title), |message, change| {
        message.text(line().bold(&change.branch).plain(format!(" {}; it was {}", change.now, change.before)))
    })
}

fn way_out(standing: &Enforcement) -> &'static str {
    match standing {
        Enforcement::Enforced(_) | Enforcement::Closing { .. } => "",
        Enforcement::Advisory(_) => ". Require the status shipmate/freeze in the branch's protection or a ruleset.",
        Enforcement::Failed(_) => ". It is tried again every few minutes.",
    }
}
