//! How the bot shows GitHub who it is: a personal token, or the tokens that a GitHub App fetches for itself.

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderValue;
use tokio::sync::Mutex;

use super::{app::AppKey, bearer::bearer, problem::GithubResult};

pub use crate::config::Secret;

/// What the configuration gives to sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A personal token, classic or fine-grained.
    Token(Secret),
    /// A GitHub App that is installed where the repositories are.
    App {
        /// The App's id.
        app_id: u64,
        /// The id of its installation.
        installation_id: u64,
        /// Its RSA private key as GitHub hands it out: PEM, PKCS#1 or PKCS#8.
        private_key_pem: Secret,
    },
}

/// The credentials, ready for use.
pub(super) enum Identity {
    /// The header's value, which stays the same.
    Token(HeaderValue),
    /// The App, and the token that it holds at the moment.
    App { key: Box<AppKey>, installation_id: u64, held: Mutex<Option<Held>> },
}

/// A token of an installation.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) header: HeaderValue,
    pub(super) expires_at: DateTime<Utc>,
}

impl Held {
    /// Whether it is still good for a minute.
    pub(super) fn fresh(&self, now: DateTime<Utc>) -> bool {
        now + TimeDelta::minutes(1) < self.expires_at
    }
}

impl Identity {
    pub(super) fn from(credentials: &Credentials) -> GithubResult<Self> {
        match credentials {
            Credentials::Token(token) => Ok(Self::Token(bearer(token.reveal())?)),
            Credentials::App { app_id, installation_id, private_key_pem } => Ok(Self::App {
                key: Box::new(AppKey::read(*app_id, private_key_pem.reveal())?),
                installation_id: *installation_id,
                held: Mutex::new(None),
            }),
        }
    }

    /// Forgets a token that GitHub did not accept. False if there is no other to be had.
    pub(super) async fn forget(&self, rejected: &HeaderValue) -> bool {
        let Self::App { held, .. } = self else { return false };
        let mut held = held.lock().await;
        if held.as_ref().is_some_and(|held| held.header == *rejected) {
            *held = None;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn secrets_do_not_show() {
        let credentials = Credentials::App { app_id: 1, installation_id: 2, private_key_pem: Secret::new("hush") };
        assert!(!format!("{credentials:?}{:?}", bearer("hush").unwrap()).contains("hush"));
        let problem = bearer("hu sh").unwrap_err();
        assert!(!format!("{problem} {problem:?}").contains("hu sh"));
    }

    #[test]
    fn a_token_is_renewed_a_minute_before_it_ends() {
        let now = DateTime::UNIX_EPOCH;
        let held = |seconds| Held { header: bearer("t").unwrap(), expires_at: now + TimeDelta::seconds(seconds) };
        assert!(held(61).fresh(now));
        assert!(!held(60).fresh(now));
    }
}
