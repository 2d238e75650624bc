//! What the bot says about how well GitHub keeps a freeze.

use crate::domain::{
    freeze::guard::Standing,
    message::{Message, Tone, line},
};

/// A repository's branches, as they were read back for the first time in a freeze.
pub fn report(repository: &str, guards: &[(String, Standing)]) -> Message {
    let tone = if guards.iter().all(|(_, standing)| standing.is_enforced()) { Tone::Good } else { Tone::Asking };
    guards.iter().fold(
        Message::new(tone, format!("\u{1f6e1} How GitHub keeps the freeze: {repository}")),
        |message, (branch, standing)| {
            message.text(line().bold(branch).plain(format!(" {standing}")).plain(way_out(standing)))
        },
    )
}

/// A branch is not kept any more as it was told.
pub fn drift(repository: &str, branch: &str, before: &Standing, now: &Standing) -> Message {
    Message::new(Tone::Bad, format!("\u{1f6a8} The freeze is not kept any more: {repository} {branch}"))
        .text(line().plain(format!("It was {before} and is ")).bold(now.to_string()).plain(way_out(now)))
}

/// A branch is kept again, or better than it was told.
pub fn repaired(repository: &str, branch: &str, before: &Standing, now: &Standing) -> Message {
    Message::new(Tone::Good, format!("\u{1f6e1} The freeze is kept: {repository} {branch}"))
        .text(line().bold(now.to_string()).plain(format!("; it was {before}.")))
}

fn way_out(standing: &Standing) -> &'static str {
    match standing {
        Standing::Enforced(_) => "",
        Standing::Advisory(_) => ". Require the status shipmate/freeze in the branch's protection or a ruleset.",
        Standing::Failed(_) => ". It is tried again every few minutes.",
    }
}
