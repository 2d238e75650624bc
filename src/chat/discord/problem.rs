//! What went wrong with Discord, told apart by what helps.

use serenity::http::{ErrorResponse, HttpError};

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

/// Discord's own number for what went wrong, if it gave one.
pub(super) fn code(error: &serenity::Error) -> Option<isize> {
    response(error).map(|response| response.error.code)
}

fn response(error: &serenity::Error) -> Option<&ErrorResponse> {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => Some(response),
        _ => None,
    }
}

/// Turns serenity's error into what helps.
pub(super) fn problem(error: &serenity::Error, doing: Doing) -> ChatProblem {
    let later = |why: String| ChatProblem::Later { why, wait: None };
    let Some(response) = response(error) else {
        return match error {
            serenity::Error::Http(HttpError::Request(cause)) => {
                let why = if cause.is_timeout() { "did not answer in time" } else { "cannot be reached" };
                later(format!("Discord {why}"))
            }
            serenity::Error::Http(HttpError::InvalidHeader(_)) => {
                ChatProblem::Refused("The Discord token has letters that no token has: copy it again".to_owned())
            }
            serenity::Error::Json(_) => later("Discord's answer cannot be read".to_owned()),
            other => later(format!("Discord cannot be asked: {other}")),
        };
    };
    let status = response.status_code.as_u16();
    let words = words(response);
    match (status, response.error.code) {
        (429, _) => later("Discord asks to slow down".to_owned()),
        (500.., _) => later(format!("Discord is in trouble (status {status})")),
        (_, INVALID_WEBHOOK_TOKEN) | (404, _) if doing == Doing::Answering => {
            ChatProblem::Gone(format!("It is too late to answer: {words}"))
        }
        (_, UNKNOWN_CHANNEL) => ChatProblem::Shut(format!(
            "{} is not there any more: {words}. Write another channel's id into bot.toml",
            place(doing)
        )),
        (_, THREAD_ARCHIVED | THREAD_LOCKED) => ChatProblem::NoThread(format!("{} is closed: {words}", place(doing))),
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

fn forbidden(code: isize, doing: Doing, words: &str) -> String {
    match (doing, code) {
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

/// Discord's own words, with the places they are about.
fn words(response: &ErrorResponse) -> String {
    let details = response.error.errors.iter().map(|detail| format!("; {}: {}", detail.path, detail.message));
    // Bodies that are no JSON, such as a proxy's page, say nothing to people.
    let said = if response.error.code == -1 { "it does not say why" } else { response.error.message.as_str() };
    format!("{said}{}", details.collect::<String>())
}
