//! What went wrong with Discord, told apart by what helps.

use serenity::http::DiscordJsonError;

use super::call::DiscordFailure;
use crate::chat::problem::ChatProblem;

/// Discord's numbers for what a person can put right.
const UNKNOWN_CHANNEL: isize = 10003;
const THREAD_ARCHIVED: isize = 50083;
const THREAD_LOCKED: isize = 160_005;
const MISSING_ACCESS: isize = 50001;
const MISSING_PERMISSIONS: isize = 50013;
const INVALID_WEBHOOK_TOKEN: isize = 50027;
/// The interaction was answered before.
pub(super) const ALREADY_ANSWERED: isize = 40060;
/// The message has a thread already.
pub(super) const THREAD_EXISTS: isize = 160_004;

const WRONG_TOKEN: &str = "Discord does not accept the bot's token: copy it again from the Discord developer portal (Bot, \
                           Reset Token)";

/// What was tried, for sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    /// Connecting and registering commands.
    Connecting,
    /// Speaking in this channel.
    Speaking(u64),
    /// Opening a thread in this channel.
    OpeningThread(u64),
    /// Answering somebody.
    Answering,
}

/// Tells what helps.
pub(super) fn problem(failure: &DiscordFailure, doing: Doing) -> ChatProblem {
    let later = |why: String| ChatProblem::Later { why, wait: None };
    let (status, said) = match failure {
        DiscordFailure::TooMuch { wait } => return ChatProblem::Later { why: failure.to_string(), wait: *wait },
        DiscordFailure::NoAnswer(_) => return later(failure.to_string()),
        DiscordFailure::Answered { status, said } => (*status, said.as_ref()),
    };
    let (words, code) = (words(said), said.map(|said| said.code));
    match (status, code) {
        (500.., _) => later(format!("Discord is in trouble (status {status})")),
        (_, Some(INVALID_WEBHOOK_TOKEN)) | (404, _) if doing == Doing::Answering => {
            ChatProblem::Gone(format!("It is too late to answer: {words}"))
        }
        (_, Some(UNKNOWN_CHANNEL)) => ChatProblem::Shut(format!(
            "{} is not there any more: {words}. Write another channel's id into bot.toml",
            place(doing)
        )),
        (_, Some(THREAD_ARCHIVED | THREAD_LOCKED)) => {
            ChatProblem::NoThread(format!("{} is closed: {words}", place(doing)))
        }
        (404, _) => ChatProblem::Gone(format!("{} is not there any more: {words}", what(doing))),
        (401, _) if doing == Doing::Connecting => ChatProblem::Refused(WRONG_TOKEN.to_owned()),
        // Nothing that is to be said is given up over it.
        (401, _) => later(WRONG_TOKEN.to_owned()),
        (403, code) if matches!(doing, Doing::Speaking(_) | Doing::OpeningThread(_)) => {
            ChatProblem::Shut(forbidden(code, doing, &words))
        }
        (403, code) => ChatProblem::Refused(forbidden(code, doing, &words)),
        _ => ChatProblem::Refused(format!("Discord refuses this (status {status}): {words}")),
    }
}

fn what(doing: Doing) -> String {
    match doing {
        Doing::Speaking(_) | Doing::OpeningThread(_) => format!("The message in {}", place(doing)),
        Doing::Connecting | Doing::Answering => place(doing),
    }
}

fn place(doing: Doing) -> String {
    match doing {
        Doing::Connecting => "The bot's application".to_owned(),
        Doing::Speaking(channel) | Doing::OpeningThread(channel) => format!("Discord channel {channel}"),
        Doing::Answering => "The question".to_owned(),
    }
}

fn forbidden(code: Option<isize>, doing: Doing, words: &str) -> String {
    match (doing, code.unwrap_or_default()) {
        (Doing::Connecting, _) => format!(
            "Discord does not let the bot register its commands ({words}): invite it to the server with the scopes \
             `bot` and `applications.commands`, and check the server's id"
        ),
        (Doing::Speaking(channel), MISSING_ACCESS) => format!(
            "The bot cannot see Discord channel {channel} ({words}): give it View Channel and Send Messages there"
        ),
        (Doing::Speaking(channel), MISSING_PERMISSIONS) => format!(
            "The bot may not write in Discord channel {channel} ({words}): give it Send Messages, Send Messages in \
             Threads and Embed Links there"
        ),
        (Doing::OpeningThread(channel), MISSING_ACCESS | MISSING_PERMISSIONS) => format!(
            "The bot may not open threads in Discord channel {channel} ({words}): give it Create Public Threads and \
             Send Messages in Threads there"
        ),
        (Doing::Speaking(channel) | Doing::OpeningThread(channel), _) => {
            format!("Discord forbids this in channel {channel}: {words}")
        }
        (Doing::Answering, _) => format!("Discord forbids this answer: {words}"),
    }
}

/// Discord's own words, with the places they are about. Bodies that are no JSON, such as a proxy's page, say nothing to people.
fn words(said: Option<&DiscordJsonError>) -> String {
    let Some(said) = said else { return "it does not say why".to_owned() };
    let details = said.errors.iter().map(|detail| format!("; {}: {}", detail.path, detail.message));
    format!("{}{}", said.message, details.collect::<String>())
}
