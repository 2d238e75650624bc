//! What the bot says about feature flags.

use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    team::flag::{Ended, Switch},
};

/// A flag as it stands: its name, whether it is on, and what it is for.
pub type ShownFlag = (String, bool, String);

/// All flags, with who switched them last.
pub fn list(environment: &str, flags: &[ShownFlag], switches: &[Switch]) -> Message {
    let message = Message::new(Tone::Plain, format!("Feature flags in {environment}"));
    if flags.is_empty() {
        return message.text("There are none.");
    }
    let last = |name: &str| {
        let done = switches.iter().rev().filter(|one| one.flag == name && one.environment == environment);
        done.into_iter().find_map(|one| {
            let Some(Ended::Done { at }) = one.ended else { return None };
            Some((one, at))
        })
    };
    let shown = |(name, on, about): &ShownFlag| {
        let mut words = line().bold(name);
        if !about.is_empty() {
            words = words.plain(format!(": {about}"));
        }
        if let Some((switch, at)) = last(name) {
            words = words
                .plain(format!(" \u{b7} switched {} by {} ", switch.word(), switch.by))
                .time(at)
                .plain(format!(": {}", switch.reason));
        }
        (*on, words)
    };
    message.block(Block::Checklist(flags.iter().map(shown).collect::<Vec<(bool, Line)>>()))
}

/// A switch has been asked for.
pub fn asked(switch: &Switch) -> Message {
    Message::new(Tone::Working, format!("Switching {} {} in {}", switch.flag, switch.word(), switch.environment))
        .text("The channels hear it once it is so.")
}

/// Nothing has to be switched.
pub fn already(name: &str, on: bool, environment: &str) -> Message {
    let word = if on { "on" } else { "off" };
    Message::new(Tone::Plain, format!("{name} is {word} in {environment} already: nothing was done"))
}

/// Everybody is told how a switch ended.
pub fn ended(switch: &Switch) -> Message {
    let Switch { flag, environment, by, reason, .. } = switch;
    let word = switch.word();
    match &switch.ended {
        Some(Ended::Failed { problem, .. }) => {
            let is = if switch.before { "on" } else { "off" };
            Message::new(Tone::Bad, format!("\u{1f6a9} {flag} could not be switched {word} in {environment}"))
                .block(Block::Quote(reason.clone()))
                .text(format!("{problem}. It was {is} when {by} asked; /flag list shows how it stands."))
                .ping(vec![by.clone()])
        }
        Some(Ended::Done { .. }) | None => {
            Message::new(Tone::Good, format!("\u{1f6a9} {by} switched {flag} {word} in {environment}"))
                .block(Block::Quote(reason.clone()))
        }
    }
}
