//! Notes how the connection to Telegram is, as requests succeed and fail.

use std::time::Duration;

use tokio::sync::watch;

use super::{call::CallFailure, connect::Telegram, problem::WRONG_TOKEN, state::TelegramState};
use crate::{
    domain::platform::{Contact, Platform},
    work::Backoff,
};

/// How long nothing is tried while a person has to do something first.
const SLOWLY: Duration = Duration::from_secs(30);

impl Telegram {
    /// How the connection is just now.
    pub fn state(&self) -> TelegramState {
        self.0.state.borrow().clone()
    }

    /// Tells of every change of the state.
    pub fn states(&self) -> watch::Receiver<TelegramState> {
        self.0.state.subscribe()
    }

    pub(super) fn is(&self, state: TelegramState) {
        if state == TelegramState::Working {
            self.0.inbox.note(Platform::Telegram, Contact::Hearing, Ok(()));
        }
        self.0.state.send_if_modified(|old| {
            let changed = *old != state;
            if changed {
                match &state {
                    TelegramState::Connecting => {}
                    TelegramState::Working => tracing::info!("Telegram is connected"),
                    TelegramState::Waiting(why) => tracing::warn!(why, "Telegram is not connected and is tried again"),
                    TelegramState::Broken(why) => tracing::error!(why, "Telegram needs attention"),
                }
                *old = state;
            }
            changed
        });
    }

    /// Notes why a request failed; says how long to wait before it is tried again.
    pub(super) fn failed(&self, failure: &CallFailure, patience: &mut Backoff) -> Duration {
        match failure {
            CallFailure::Later { why, wait } => {
                self.0.inbox.note(Platform::Telegram, Contact::Hearing, Err(why.clone()));
                self.is(TelegramState::Waiting(format!("{why}.")));
                wait.unwrap_or_else(|| patience.pause())
            }
            CallFailure::Moved(_) | CallFailure::Answered { .. } => {
                let sentence = if failure.is_wrong_token() { WRONG_TOKEN.to_owned() } else { format!("{failure}.") };
                self.0.inbox.note(Platform::Telegram, Contact::Hearing, Err(sentence.clone()));
                self.is(TelegramState::Broken(sentence));
                SLOWLY
            }
        }
    }
}
