//! How the connection to Telegram is, and how patiently it is tried again.

use std::time::Duration;

use tokio::sync::watch;

use super::{call::Failure, connect::Telegram, problem::WRONG_TOKEN};

/// How long nothing is tried while a person has to do something first.
const SLOWLY: Duration = Duration::from_secs(30);

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is being made.
    Connecting,
    /// It works.
    Working,
    /// It does not work just now and is tried again: a sentence says why.
    Waiting(String),
    /// It will not work before a person does something: a sentence says what.
    Broken(String),
}

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

/// Waits longer each time, up to half a minute.
#[derive(Default)]
pub(super) struct Patience(u32);

impl Patience {
    /// How long to wait this time.
    pub(super) fn next(&mut self) -> Duration {
        self.0 += 1;
        Duration::from_secs(30.min(1 << self.0.min(6) >> 1))
    }

    pub(super) fn reset(&mut self) {
        self.0 = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_up_to_half_a_minute() {
        let mut patience = Patience::default();
        let waits: Vec<u64> = (0..8).map(|_| patience.next().as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
        patience.reset();
        assert_eq!(patience.next().as_secs(), 1);
    }
}
