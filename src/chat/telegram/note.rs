//! Notes how the connection to Telegram is, as requests succeed and fail.

use std::time::Duration;

use tokio::sync::watch;

use super::{
    call::Failure,
    connect::Telegram,
    problem::WRONG_TOKEN,
    state::{Patience, State},
};

/// How long nothing is tried while a person has to do something first.
const SLOWLY: Duration = Duration::from_secs(30);

impl Telegram {
    /// How the connection is just now.
    pub fn state(&self) -> State {
        self.0.state.borrow().clone()
    }

    /// Tells of every change of the state.
    pub fn states(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }

    pub(super) fn is(&self, state: State) {
        self.0.state.send_if_modified(|old| {
            let changed = *old != state;
            if changed {
                match &state {
                    State::Connecting => {}
                    State::Working => tracing::info!("Telegram is connected"),
                    State::Waiting(why) => tracing::warn!(why, "Telegram is not connected and is tried again"),
                    State::Broken(why) => tracing::error!(why, "Telegram needs attention"),
                }
                *old = state;
            }
            changed
        });
    }

    /// Notes why a request failed; says how long to wait before it is tried again.
    pub(super) fn failed(&self, failure: &Failure, patience: &mut Patience) -> Duration {
        match failure {
            Failure::Later { why, wait } => {
                self.is(State::Waiting(format!("{why}.")));
                wait.unwrap_or_else(|| patience.next())
            }
            Failure::Moved(_) | Failure::Answered { .. } => {
                let sentence = if failure.is_wrong_token() { WRONG_TOKEN.to_owned() } else { format!("{failure}.") };
                self.is(State::Broken(sentence));
                SLOWLY
            }
        }
    }
}
