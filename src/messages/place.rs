//! What is told of places in chats: which take nothing from the bot, and which have another id.

use crate::domain::message::{
    Message, Tone, line,
    post::Place,
    refusing::{MovedGroup, ShutPlace},
};

/// A place takes nothing: why, and what becomes of what is to be said there.
pub fn shut(shut: &ShutPlace) -> Message {
    Message::new(Tone::Bad, format!("\u{26a0} I cannot speak in {}", shut.place))
        .text(shut.why.as_str())
        .text("What is to be said there waits, and is said as soon as I can. Everywhere else I go on.")
}

/// It takes messages again.
pub fn open_again(place: Place) -> Message {
    Message::new(Tone::Good, format!("I can speak in {place} again")).text("What waited is being said there.")
}

/// The sentence about it in `/readyz`.
pub fn shut_sentence(shut: &ShutPlace) -> String {
    let why: String = shut.why.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    format!("cannot speak in {} since {}: {why}", shut.place, shut.since.format("%Y-%m-%d %H:%M UTC"))
}

/// A group became a supergroup.
pub fn moved(from: i64, to: i64) -> Message {
    Message::new(Tone::Asking, "A Telegram group has a new id").text(
        line()
            .plain("It became a supergroup. I use the new id already; please write ")
            .code(format!("telegram:{to}"))
            .plain(" instead of ")
            .code(format!("telegram:{from}"))
            .plain(" into bot.toml."),
    )
}

/// The sentence about it in `/readyz`.
pub fn moved_sentence(moved: &MovedGroup) -> String {
    format!("write telegram:{} instead of telegram:{} into bot.toml: the group has a new id", moved.to, moved.from)
}

/// Where the rest of a long answer is.
pub const IN_FILE: &str = "That is too long for the chat: all of it is in the file.";

/// Why a message stands in the group, and not in its topic.
pub fn not_in_topic(topic: i32) -> String {
    format!("This was for topic {topic}, which is closed or gone: open it again, or write another one into bot.toml.")
}
