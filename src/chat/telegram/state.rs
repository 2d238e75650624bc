//! How the connection to Telegram is, and how patiently it is tried again.

use std::time::Duration;

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TelegramState {
    /// It is being made.
    Connecting,
    /// It works.
    Working,
    /// It does not work just now and is tried again: a sentence says why.
    Waiting(String),
    /// It will not work before a person does something: a sentence says what.
    Broken(String),
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
