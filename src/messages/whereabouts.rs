//! Who and where somebody is, by the ids that the configuration takes.

use crate::domain::{
    message::{Message, Tone, line, post::Place},
    team::{here::Within, people::Account},
};

/// Adds the ids of an account and of the place where it speaks, as `bot.toml` writes them.
pub fn with_ids(message: Message, account: &Account, place: Place, within: Within) -> Message {
    let account = match account {
        Account::Discord(id) => format!("discord = {id}"),
        Account::Telegram(id) => format!("telegram = {id}"),
        Account::GitHub(login) => format!("github = {login:?}"),
    };
    // What is told in a thread is named by its channel.
    let channel = if let Within::Server { thread_of, .. } = within { thread_of } else { None };
    let place = channel.map_or(place, |channel| Place::Discord { channel });
    let message = message.text(line().plain("This account in bot.toml: ").code(account));
    let message = message.text(line().plain("This place in bot.toml: ").code(format!("\"{place}\"")));
    match within {
        Within::Server { id, .. } => {
            message.text(line().plain("This server in bot.toml: ").code(format!("guild = \"{id}\"")))
        }
        Within::Private | Within::Nothing => message,
    }
}

/// Only the ids, for somebody who speaks where the bot is not at home.
pub fn ids(account: &Account, place: Place, within: Within) -> Message {
    with_ids(Message::new(Tone::Plain, "Your ids, for whoever keeps bot.toml"), account, place, within)
}

/// Said where the bot is not at home. It fits the answer to a press, which takes 200 characters.
pub fn not_at_home() -> Message {
    let sentence = "I do nothing here, because my configuration does not name this place; /whoami shows the ids that it \
                    takes.";
    Message::new(Tone::Plain, sentence)
}
