//! What the bot says about how well GitHub keeps a freeze.

use crate::domain::{
    freeze::{
        closing::{Gap, Passing},
        enforcement::Enforcement,
    },
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
pub struct RuleChange {
    /// The branch.
    pub branch: String,
    /// What was told.
    pub before: Enforcement,
    /// How it is.
    pub now: Enforcement,
}

/// Branches that are not kept any more as it was told.
pub fn drift(repository: &str, changes: &[RuleChange]) -> Message {
    let title = format!("\u{1f6a8} The freeze is not kept as it was told: {repository}");
    changes.iter().fold(Message::new(Tone::Bad, title), |message, change| {
        let words = line().bold(&change.branch).plain(format!(" {}; it was told as {}", change.now, change.before));
        message.text(words.plain(way_out(&change.now)))
    })
}

/// Branches that are kept again, or better than it was told.
pub fn repaired(repository: &str, changes: &[RuleChange]) -> Message {
    let title = format!("\u{1f6e1} The freeze is kept: {repository}");
    changes.iter().fold(Message::new(Tone::Good, title), |message, change| {
        message.text(line().bold(&change.branch).plain(format!(" {}; it was {}", change.now, change.before)))
    })
}

/// A status of ours that somebody else wrote, and that is written again.
pub struct Overwritten<'a> {
    /// Its name.
    pub name: &'a str,
    /// The open pull requests that end with its commit.
    pub pulls: &'a [u64],
    /// Who wrote it.
    pub by: &'a str,
    /// Whether it was red, or none, and is green now.
    pub opened: bool,
    /// What it does as long as it stands.
    pub effect: ForeignEffect,
}

/// What a status of ours does that somebody else wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignEffect {
    /// It counts like ours.
    Counts,
    /// It counts for nothing.
    Nothing,
    /// It counts for nothing, and stands over one of ours that is needed.
    Blocks,
}

/// Somebody else wrote one of the bot's statuses.
pub fn overwritten(repository: &str, Overwritten { name, pulls, by, opened, effect }: &Overwritten<'_>) -> Message {
    let pulls = pulls.iter().map(|number| format!("#{number}")).collect::<Vec<_>>().join(", ");
    let on = if pulls.is_empty() { "a commit that no open pull request ends with" } else { &pulls };
    let title = format!("\u{1f6a8} Somebody else wrote {name}: {repository}");
    let (tone, words) = match opened {
        true => {
            (Tone::Bad, format!("{by} turned it green on {on} while a freeze closes that; the bot turns it red again."))
        }
        false => (Tone::Asking, format!("{by} wrote it on {on}; the bot writes it again as the freezes are.")),
    };
    Message::new(tone, title).text(words).text(match effect {
        ForeignEffect::Counts => {
            "Whoever may write can do that. Require the check from the bot's App, and nobody else's counts."
        }
        ForeignEffect::Nothing => "It counted for nothing: the branch does not take the check from others.",
        ForeignEffect::Blocks => {
            "The branch does not take the check from others: until the bot has written it again, that cannot be merged."
        }
    })
}

/// Says what helps, after a sentence that has no full stop yet.
fn way_out(standing: &Enforcement) -> String {
    match standing {
        Enforcement::Enforced(_) | Enforcement::Closing { .. } => String::new(),
        Enforcement::EnforcedBut(gap) => closing_the_gap(gap),
        Enforcement::Advisory(_) => {
            ". Require the status shipmate/freeze in the branch's protection or a ruleset, or let the bot be a GitHub App with \
             Administration: write."
                .to_owned()
        }
        Enforcement::Failed(_) => ". It is tried again every few minutes.".to_owned(),
    }
}

fn closing_the_gap(gap: &Gap) -> String {
    let passing = match &gap.passing {
        Passing::Known(names) if names.is_empty() => None,
        Passing::Known(_) => Some(
            "Take whoever should not pass off the ruleset's bypass list, or include administrators in the protection.",
        ),
        Passing::Hidden => Some("Give the bot Administration: write, and it reads who may pass."),
    };
    let ours = gap.forgeable.then_some("Require the check from the bot's App, and nobody else's counts.");
    let ways: Vec<&str> = passing.into_iter().chain(ours).collect();
    if ways.is_empty() { String::new() } else { format!(". {}", ways.join(" ")) }
}
