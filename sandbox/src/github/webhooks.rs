//! Webhooks: signed, delivered in order, never retried; they can be lost, repeated and delivered again.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ring::{hmac, rand::SecureRandom};
use serde_json::{Value, json};
use tokio::sync::{Notify, futures::Notified, mpsc};

use super::{GitHub, loose::hex, people::User, stamp};

/// What became of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It waits for its turn.
    Waiting,
    /// It was answered with this status.
    Answered(u16),
    /// It could not be delivered.
    Failed(String),
    /// It was never sent, because webhooks were off or being lost.
    Lost,
}

/// One webhook.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What `X-GitHub-Delivery` says; a redelivery says the same.
    pub id: String,
    /// What `X-GitHub-Event` says.
    pub event: String,
    /// The body.
    pub payload: Value,
    /// What became of the latest attempt.
    pub fate: Fate,
}

pub(super) struct Webhooks {
    inner: Mutex<Inner>,
    queue: mpsc::UnboundedSender<usize>,
    changed: Notify,
}

struct Inner {
    key: hmac::Key,
    url: Option<String>,
    pinged: bool,
    lost: bool,
    copies: usize,
    pending: usize,
    deliveries: Vec<Delivery>,
}

/// The number of the one hook that the repository has.
pub(super) const HOOK: u64 = 109_948_940;

impl Webhooks {
    pub(super) fn new(secret: String) -> (Self, mpsc::UnboundedReceiver<usize>) {
        let (queue, waiting) = mpsc::unbounded_channel();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let deliveries = Vec::new();
        let inner = Inner { key, url: None, pinged: false, lost: false, copies: 1, pending: 0, deliveries };
        (Self { inner: Mutex::new(inner), queue, changed: Notify::new() }, waiting)
    }

    pub(super) fn pending(&self) -> usize {
        self.locked().pending
    }

    pub(super) fn url(&self) -> Option<String> {
        self.locked().url.clone()
    }

    /// Waits for the next sign that something has been finished.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Says that something has been finished.
    pub(super) fn tell(&self) {
        self.changed.notify_waiters();
    }

    fn add(&self, event: &str, payload: Value) {
        let mut inner = self.locked();
        let fate = if inner.lost || inner.url.is_none() { Fate::Lost } else { Fate::Waiting };
        let waiting = fate == Fate::Waiting;
        inner.deliveries.push(Delivery { id: unique(), event: event.to_owned(), payload, fate });
        if waiting {
            inner.pending += 1;
            // Only a runtime that is ending has nobody on the other side.
            let _ = self.queue.send(inner.deliveries.len() - 1);
        }
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GitHub {
    /// Sends webhooks to this address from now on; the first time, a `ping` goes first.
    pub fn send_webhooks_to(&self, url: String) {
        let first = {
            let mut inner = self.0.webhooks.locked();
            inner.url = Some(url);
            !std::mem::replace(&mut inner.pinged, true)
        };
        if first {
            let hook = self.hook_json();
            let payload = json!({"zen": "Anything added dilutes everything else.", "hook_id": HOOK, "hook": hook});
            self.send("ping", &self.settings().bot, payload);
        }
    }

    /// Stops sending webhooks, as if there were no hook.
    pub fn send_no_webhooks(&self) {
        self.0.webhooks.locked().url = None;
    }

    /// Loses every webhook from now on, or no longer; lost ones are kept and can be redelivered.
    pub fn lose_webhooks(&self, lose: bool) {
        self.0.webhooks.locked().lost = lose;
    }

    /// Whether webhooks are being lost.
    pub fn loses_webhooks(&self) -> bool {
        self.0.webhooks.locked().lost
    }

    /// Sends every webhook this many times, with the same delivery id; 1 is normal.
    pub fn repeat_webhooks(&self, copies: usize) {
        self.0.webhooks.locked().copies = copies;
    }

    /// Every webhook so far, in order.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.webhooks.locked().deliveries.clone()
    }

    /// Sends the n-th webhook (counted from 0) again, whatever became of it; false if there is none.
    pub fn redeliver(&self, n: usize) -> bool {
        let mut inner = self.0.webhooks.locked();
        let known = n < inner.deliveries.len() && inner.url.is_some();
        if known {
            inner.deliveries[n].fate = Fate::Waiting;
            inner.pending += 1;
            let _ = self.0.webhooks.queue.send(n);
        }
        known
    }

    /// Queues a webhook about something that `sender` did.
    pub(super) fn send(&self, event: &str, sender: &User, mut payload: Value) {
        payload["repository"] = if event == "push" { self.pushed_repository_json() } else { self.repository_json() };
        payload["sender"] = self.user_json(sender);
        if let Some(app) = self.settings().app {
            payload["installation"] = json!({"id": app.installation, "node_id": format!("I_{}", app.installation)});
        }
        self.0.webhooks.add(event, payload);
    }

    pub(super) async fn deliver(self, mut queue: mpsc::UnboundedReceiver<usize>) {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10));
        let client = client.user_agent("GitHub-Hookshot/5a7d0b1").build().unwrap_or_default();
        while let Some(n) = queue.recv().await {
            let (delivery, url, copies, key) = {
                let inner = self.0.webhooks.locked();
                (inner.deliveries[n].clone(), inner.url.clone(), inner.copies, inner.key.clone())
            };
            let mut fate = Fate::Lost;
            if let Some(url) = url {
                for _ in 0..copies {
                    fate = deliver_once(&client, &url, &delivery, &key).await;
                }
            }
            let mut inner = self.0.webhooks.locked();
            inner.deliveries[n].fate = fate;
            inner.pending -= 1;
            drop(inner);
            self.0.webhooks.tell();
        }
    }

    pub(super) fn hook_json(&self) -> serde_json::Value {
        let now = stamp(self.now());
        let url = self.url(&format!("/hooks/{HOOK}"));
        json!({
            "type": "Repository", "id": HOOK, "name": "web", "active": true, "events": ["*"],
            "config": {"content_type": "json", "url": self.0.webhooks.url(), "insecure_ssl": "0", "secret": "********"},
            "updated_at": now, "created_at": now, "url": url, "test_url": format!("{url}/test"),
            "ping_url": format!("{url}/pings"), "deliveries_url": format!("{url}/deliveries"),
            "last_response": {"code": null, "status": "unused", "message": null},
        })
    }
}

async fn deliver_once(client: &reqwest::Client, url: &str, delivery: &Delivery, key: &hmac::Key) -> Fate {
    let body = delivery.payload.to_string();
    let signature = hex(hmac::sign(key, body.as_bytes()).as_ref());
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .header("x-github-event", &delivery.event)
        .header("x-github-delivery", &delivery.id)
        .header("x-github-hook-id", HOOK.to_string())
        .header("x-hub-signature-256", format!("sha256={signature}"))
        .body(body);
    match request.send().await {
        Ok(answer) => Fate::Answered(answer.status().as_u16()),
        Err(error) => Fate::Failed(error.to_string()),
    }
}

/// A random identifier in the shape of a UUID. Random, because the bot remembers ids longer than a sandbox lives.
fn unique() -> String {
    let mut bytes = [0u8; 16];
    // Without randomness the id is all zeros, which a test would notice at once.
    let _ = ring::rand::SystemRandom::new().fill(&mut bytes);
    let text = hex(&bytes);
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}
