//! The deploys that report themselves: what starts, succeeds or fails in some environments is posted to the bot as well,
//! with a bearer token, in order, and again while the bot does not take it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{GitHub, artifacts::Shipped, stamp};

/// How often a report is sent at most.
const ATTEMPTS: u32 = 20;
/// How long the sender waits before the second attempt, in real time; each wait is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(20);
/// How long it waits at most.
const LONGEST_WAIT: Duration = Duration::from_millis(320);

/// A report that was sent, or is still being sent.
#[derive(Debug, Clone)]
pub struct SentReport {
    /// Its body.
    pub body: Value,
    /// What each attempt was answered; 0 stands for no answer.
    pub answers: Vec<u16>,
}

pub(super) struct Reports {
    inner: Mutex<Inner>,
    queue: mpsc::UnboundedSender<Wanted>,
}

#[derive(Default)]
struct Inner {
    door: Option<(String, String)>,
    environments: Vec<String>,
    pending: usize,
    sent: Vec<SentReport>,
}

/// A report that waits for its turn: the deployment, and what the report says beside its version.
pub(super) struct Wanted(Value, Value);

impl Reports {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Wanted>) {
        let (queue, waiting) = mpsc::unbounded_channel();
        (Self { inner: Mutex::default(), queue }, waiting)
    }

    pub(super) fn pending(&self) -> usize {
        self.locked().pending
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GitHub {
    /// Sends the reports of deploys to this address, with this bearer token.
    pub fn send_reports_to(&self, url: String, token: String) {
        self.0.reports.locked().door = Some((url, token));
    }

    /// Lets deploys to an environment report themselves from now on, or no longer.
    pub fn report_deploys_to(&self, environment: &str, report: bool) {
        let mut inner = self.0.reports.locked();
        inner.environments.retain(|known| known != environment);
        if report {
            inner.environments.push(environment.to_owned());
        }
    }

    /// Every report so far, in order.
    pub fn reports(&self) -> Vec<SentReport> {
        self.0.reports.locked().sent.clone()
    }

    /// Queues the report of a deployment that has come to `state`, if its environment reports.
    pub(super) fn report(&self, deployment: &Value, state: &str, log: &Value) {
        let status = match state {
            "in_progress" => "started",
            "success" => "succeeded",
            "failure" | "error" => "failed",
            _ => return,
        };
        let shipped = deployment["id"].as_u64().and_then(|id| self.shipped(id)).filter(|_| status == "succeeded");
        let mut inner = self.0.reports.locked();
        let reports = inner.environments.iter().any(|known| deployment["environment"] == known.as_str());
        if !reports || inner.door.is_none() {
            return;
        }
        let mut body = json!({
            "project": self.settings().name, "environment": deployment["environment"], "status": status,
            "commit": deployment["sha"], "url": log, "id": deployment["id"], "at": stamp(self.now()),
        });
        if let Some(Shipped { digest, config }) = shipped {
            (body["digest"], body["config-digest"]) = (json!(digest), json!(config));
        }
        inner.pending += 1;
        // Only a runtime that is ending has nobody on the other side.
        let _ = self.0.reports.queue.send(Wanted(deployment.clone(), body));
    }

    pub(super) async fn send_reports(self, mut queue: mpsc::UnboundedReceiver<Wanted>) {
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10));
        let client = client.user_agent("acme-cd/1").build().unwrap_or_default();
        while let Some(Wanted(deployment, mut body)) = queue.recv().await {
            // A report without a version is refused, which its sender will see.
            body["version"] = json!(self.version_of(&deployment).await.ok().flatten());
            let nth = {
                let mut inner = self.0.reports.locked();
                inner.sent.push(SentReport { body: body.clone(), answers: Vec::new() });
                inner.sent.len() - 1
            };
            let mut wait = FIRST_WAIT;
            for _ in 0..ATTEMPTS {
                let Some((url, token)) = self.0.reports.locked().door.clone() else { break };
                let answer = client.post(url).bearer_auth(token).json(&body).send().await;
                let answer = answer.map_or(0, |answer| answer.status().as_u16());
                self.0.reports.locked().sent[nth].answers.push(answer);
                if !matches!(answer, 0 | 429 | 500..) {
                    break;
                }
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            self.0.reports.locked().pending -= 1;
            self.0.webhooks.tell();
        }
    }
}
