//! What is told when the clock of the bot's machine jumps.

use chrono::TimeDelta;

use crate::domain::message::{Message, Tone};

/// The clock jumped by so much, and nobody else's agrees with it.
pub fn jumped(by: TimeDelta) -> Message {
    let (minutes, where_to) = (by.num_minutes().abs(), if by < TimeDelta::zero() { "back" } else { "forward" });
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "m")];
    let how_far: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    let how_far = how_far.join(" ");
    Message::new(Tone::Bad, format!("\u{26a0} The clock of my machine jumped {where_to} by {how_far}")).text(
        "I go on by the time that passed since, so no freeze ends and nothing begins because of it. As soon as GitHub's clock \
         agrees with the machine's, that one counts. If the machine's is wrong, set it right.",
    )
}
