//! Asks Telegram for updates, and moves past each only when it is stored.

use std::time::Duration;

use teloxide::{
    payloads::{GetUpdates, GetUpdatesSetters},
    requests::HasPayload,
};

use super::{
    call::{CallFailure, call},
    connect::{HEARD, Telegram},
    read::Update,
    state::{TelegramState, patience},
};

/// How long Telegram holds a request while there is nothing new, in seconds.
const HOLD: u32 = 30;
/// How often an update is tried that nobody gets past.
const TRIES: u32 = 3;
/// How long to leave another process alone that polls with the same token.
const ANOTHER_POLLS: Duration = Duration::from_secs(10);

/// How soon after the last one a second conflict says that another process goes on polling.
const SOON_AGAIN: Duration = Duration::from_secs(120);

/// Polls until the connection is to end.
pub(super) async fn until_stopped(telegram: &Telegram) {
    let mut patience = patience();
    let mut offset = None;
    // The first answer comes at once: then it is known that Telegram is there.
    let mut hold = 0;
    let mut last_conflict: Option<tokio::time::Instant> = None;
    loop {
        let polled = tokio::select! {
            polled = poll(telegram, offset, hold) => polled,
            () = telegram.stopped() => return,
        };
        hold = if polled.is_ok() { HOLD } else { 0 };
        let wait = match polled {
            Ok(updates) => {
                telegram.is(TelegramState::Working);
                patience.reset();
                for update in updates {
                    if !take(telegram, &update).await {
                        return;
                    }
                    // Telegram counts in 31 bits; teloxide reads unsigned and writes signed numbers.
                    offset = i32::try_from(update.id.wrapping_add(1)).ok();
                }
                continue;
            }
            Err(CallFailure::Answered { code: 409, description }) => {
                let why = conflict(&description);
                // One alone may be the bot's own poll, of before a restart or one that was cut off.
                let now = tokio::time::Instant::now();
                if last_conflict.replace(now).is_some_and(|last| now - last < SOON_AGAIN) {
                    telegram.0.inbox.tell_of_another("Telegram", &why).await;
                }
                telegram.is(TelegramState::Broken(why));
                ANOTHER_POLLS
            }
            Err(failure) => telegram.failed(&failure, &mut patience),
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = telegram.stopped() => return,
        }
    }
}

impl Telegram {
    /// Whether an update has been tried so often that nobody will get past it: Telegram brings it again until it is passed over.
    fn is_hopeless(&self, update: u32) -> bool {
        let mut tried = self.0.tried.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *tried = if tried.0 == update { (update, tried.1 + 1) } else { (update, 1) };
        tried.1 > TRIES
    }
}

/// The updates from `offset` on.
async fn poll(telegram: &Telegram, offset: Option<i32>, hold: u32) -> Result<Vec<Update>, CallFailure> {
    let mut request = GetUpdates::new().timeout(hold).allowed_updates(HEARD);
    request.payload_mut().offset = offset;
    let updates: Vec<serde_json::Value> = call(&telegram.0.polling_bot, request).await?;
    Ok(updates.iter().filter_map(Update::read).collect())
}

/// Stores one update, however long that takes. False when the connection is to end first.
async fn take(telegram: &Telegram, update: &Update) -> bool {
    if telegram.is_hopeless(update.id) {
        tracing::error!(update = update.id, "an update of Telegram's is passed over: it failed again and again");
        return true;
    }
    let mut patience = patience();
    while let Err(why) = telegram.bring_in(update).await {
        telegram.is(TelegramState::Waiting(format!("What was said on Telegram cannot be stored: {why}")));
        tokio::select! {
            () = tokio::time::sleep(patience.pause()) => {}
            () = telegram.stopped() => return false,
        }
    }
    telegram.is(TelegramState::Working);
    true
}

fn conflict(description: &str) -> String {
    if description.contains("webhook") {
        "Another process has registered a webhook for this bot: stop it, or give it a token of its own.".into()
    } else {
        "Another process polls Telegram with this token: stop it, or give it a token of its own.".into()
    }
}
