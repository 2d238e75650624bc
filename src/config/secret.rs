//! A value that never shows itself.

use std::{fmt, sync::Arc};

use ring::hmac;

/// A token, a key or a password. Printing it shows `***`; comparing it takes the same time whatever differs.
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// The shortest that proves who somebody is, in characters.
    pub const SHORTEST: usize = 16;

    /// Wraps a value.
    pub fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that sends it or checks with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the other side gave the same value; the time taken does not tell how much of it was right.
    pub fn matches(&self, given: &str) -> bool {
        // Comparing digests under one key is ring's supported way to compare in constant time.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"shipmate secret comparison");
        let own = hmac::sign(&key, self.0.as_bytes());
        hmac::verify(&key, given.as_bytes(), own.as_ref()).is_ok()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_shows_nothing_and_compares_wholly() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "*** *** ***");
        assert!(secret.matches("hunter2"));
        assert!(!secret.matches("hunter") && !secret.matches("hunter22") && !secret.matches(""));
        assert_eq!(secret.clone(), secret);
    }
}
