//! Takes updates that Telegram brings to the web server.

use ring::hmac;
use thiserror::Error;

use super::{
    connect::{Mode, Telegram},
    read::Update,
    state::TelegramState,
};

/// Why an update was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebhookRefusal {
    /// It does not come from Telegram. Answer 401.
    #[error("the secret is missing or wrong")]
    WrongSecret,
    /// It is no update. Answer 400.
    #[error("the update cannot be read: {0}")]
    Unreadable(String),
    /// It could not be stored. Answer 503: Telegram brings it again.
    #[error("the update could not be stored: {0}")]
    NotStored(String),
}

impl Telegram {
    /// Whether a request to the webhook with this header `X-Telegram-Bot-Api-Secret-Token` comes from Telegram.
    pub fn is_telegrams(&self, secret_header: Option<&str>) -> bool {
        let Mode::Webhook { secret, .. } = &self.0.mode else { return false };
        secret_header.is_some_and(|given| same(secret, given))
    }

    /// Takes the body of a request to the webhook, with its header `X-Telegram-Bot-Api-Secret-Token`. When this returns
    /// `Ok`, what was said is on disk.
    ///
    /// # Errors
    /// Nothing was taken; each refusal names the status to answer.
    pub async fn take_update(&self, secret_header: Option<&str>, body: &[u8]) -> Result<(), WebhookRefusal> {
        if !self.is_telegrams(secret_header) {
            return Err(WebhookRefusal::WrongSecret);
        }
        let unreadable = |why: String| WebhookRefusal::Unreadable(why);
        let update: serde_json::Value =
            serde_json::from_slice(body).map_err(|problem| unreadable(problem.to_string()))?;
        let update = Update::read(&update).ok_or_else(|| unreadable("it has no update_id".to_owned()))?;
        let stored = self.bring_in(&update).await;
        if let Err(why) = &stored {
            self.is(TelegramState::Waiting(format!("What was said on Telegram cannot be stored: {why}")));
        } else {
            self.is(TelegramState::Working);
        }
        stored.map_err(WebhookRefusal::NotStored)
    }
}

/// Compares without telling by its duration where two secrets differ.
fn same(secret: &str, given: &str) -> bool {
    let key = |text: &str| hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes());
    let purpose = b"telegram webhook";
    hmac::verify(&key(given), purpose, hmac::sign(&key(secret), purpose).as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_is_the_secret() {
        assert!(same("s3cret", "s3cret"));
        assert!(!same("s3cret", "s3creT"));
        assert!(!same("s3cret", ""));
    }
}
