//! How the bot hears of updates: by asking (`getUpdates`), or by a webhook.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    params::Params,
    problem::{Answer, Problem},
    routes::Handle,
    state::State,
    things::Webhook,
};

/// `getUpdates`: confirms what lies before the offset, then waits for something new.
pub(super) async fn poll(handle: Handle, params: Params) -> Answer {
    let number = handle.change(|state| state.start_poll(&params))?;
    let limit = params.int("limit").unwrap_or(100).clamp(1, 100) as usize;
    let wait = Duration::from_secs(params.int("timeout").unwrap_or_default().clamp(0, 50) as u64);
    let news = async {
        let mut changes = handle.changes();
        loop {
            changes.borrow_and_update();
            let news = handle.look(|state| {
                if state.polls != number {
                    let why = "terminated by other getUpdates request; make sure that only one bot instance is running";
                    return Some(Err(Problem::conflict(why)));
                }
                let waiting: Vec<Value> = state.updates.iter().take(limit).cloned().collect();
                (!waiting.is_empty()).then(|| Ok(json!(waiting)))
            });
            if let Some(news) = news {
                return news;
            }
            // The handle keeps the sender alive, so this cannot fail.
            let _ = changes.changed().await;
        }
    };
    tokio::time::timeout(wait, news).await.unwrap_or_else(|_| Ok(json!([])))
}

/// `setWebhook`
pub(super) async fn set_webhook(handle: Handle, params: Params) -> Answer {
    let url = params.text("url").to_owned();
    if url.is_empty() {
        return delete_webhook(handle, params);
    }
    let local = url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
    if !url.starts_with("https://") && !local {
        return Err(Problem::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let secret = params.text("secret_token").to_owned();
    if secret.len() > 256 || !secret.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) {
        return Err(Problem::bad("secret token contains unallowed characters"));
    }
    let number = handle.change(|state| {
        state.take_settings(&params)?;
        state.webhooks += 1;
        let number = state.webhooks;
        state.webhook = Some(Webhook { url, secret, error: None, number });
        Ok(number)
    })?;
    tokio::spawn(deliver(handle, number));
    Ok(json!(true))
}

/// `deleteWebhook`
pub(super) fn delete_webhook(handle: Handle, params: Params) -> Answer {
    handle.change(|state| {
        state.take_settings(&params)?;
        state.webhook = None;
        Ok(json!(true))
    })
}

/// Delivers updates to a webhook, one by one, each until it is accepted; ends when the webhook is changed.
async fn deliver(handle: Handle, number: u64) {
    let client = reqwest::Client::new();
    let mut pause = Duration::from_millis(50);
    loop {
        let Some((url, secret, update)) = next(&handle, number).await else { return };
        let mut request = client.post(url).timeout(Duration::from_secs(10)).json(&update);
        if !secret.is_empty() {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let problem = match request.send().await {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(format!("Wrong response from the webhook: {}", response.status())),
            Err(error) => Some(format!("Connection failed: {}", error.without_url())),
        };
        handle.change(|state| {
            let now = state.now();
            if problem.is_none() {
                state.updates.retain(|waiting| waiting["update_id"] != update["update_id"]);
            }
            if let Some(webhook) = state.webhook.as_mut().filter(|webhook| webhook.number == number) {
                webhook.error = problem.clone().map(|problem| (now, problem)).or(webhook.error.take());
            }
        });
        match problem {
            None => pause = Duration::from_millis(50),
            Some(_) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(2));
            }
        }
    }
}

/// The next update for a webhook; None once the webhook is no longer set.
async fn next(handle: &Handle, number: u64) -> Option<(String, String, Value)> {
    let mut changes = handle.changes();
    loop {
        changes.borrow_and_update();
        let next = handle.look(|state| {
            let webhook = state.webhook.as_ref().filter(|webhook| webhook.number == number);
            let Some(webhook) = webhook else { return Some(None) };
            let update = state.updates.first()?;
            Some(Some((webhook.url.clone(), webhook.secret.clone(), update.clone())))
        });
        match next {
            Some(next) => return next,
            None => changes.changed().await.ok()?,
        }
    }
}

impl State {
    fn start_poll(&mut self, params: &Params) -> Result<u64, Problem> {
        if self.webhook.is_some() {
            let why =
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            return Err(Problem::conflict(why));
        }
        self.take_settings(params)?;
        match params.int("offset").unwrap_or_default() {
            offset if offset < 0 => {
                let dropped = self.updates.len().saturating_sub(offset.unsigned_abs() as usize);
                self.updates.drain(..dropped);
            }
            offset => self.updates.retain(|update| update["update_id"].as_i64().is_none_or(|id| id >= offset)),
        }
        self.polls += 1;
        Ok(self.polls)
    }

    /// What the methods about updates have in common.
    fn take_settings(&mut self, params: &Params) -> Result<(), Problem> {
        if params.has("allowed_updates") {
            let kinds = params.structure("allowed_updates")?;
            let kinds = kinds.as_array().ok_or_else(|| Problem::bad("can't parse allowed_updates"))?;
            self.allowed_updates = kinds.iter().filter_map(|kind| kind.as_str().map(str::to_owned)).collect();
        }
        if params.flag("drop_pending_updates") {
            self.updates.clear();
        }
        Ok(())
    }

    /// `getWebhookInfo`
    pub(super) fn webhook_json(&self) -> Value {
        let url = self.webhook.as_ref().map(|webhook| webhook.url.clone()).unwrap_or_default();
        let mut info = json!({"url": url, "has_custom_certificate": false, "pending_update_count": self.updates.len()});
        if let Some((at, problem)) = self.webhook.as_ref().and_then(|webhook| webhook.error.as_ref()) {
            info["last_error_date"] = json!(at.timestamp());
            info["last_error_message"] = json!(problem);
        }
        info
    }
}
