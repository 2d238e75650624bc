//! Knocking on the bot's doors as GitHub and Telegram do, rightly or wrongly.

use std::sync::atomic::{AtomicU32, Ordering};

use ring::hmac;

use super::Story;

/// A delivery of GitHub's, signed with the right secret until it is altered.
pub(crate) struct Knock<'a> {
    story: &'a Story,
    pub event: Option<String>,
    pub id: Option<String>,
    pub signature: Option<String>,
    body: Vec<u8>,
}

impl Story {
    /// A delivery with an id of its own.
    pub(crate) fn knock(&self, event: &str, body: impl Into<Vec<u8>>) -> Knock<'_> {
        static DELIVERIES: AtomicU32 = AtomicU32::new(1);
        let (id, body) = (DELIVERIES.fetch_add(1, Ordering::Relaxed), body.into());
        let signature = signature(&self.world.github().settings().webhook_secret, &body);
        let id = format!("d0000000-0000-4000-8000-{id:012}");
        Knock { story: self, event: Some(event.to_owned()), id: Some(id), signature: Some(signature), body }
    }

    /// The address of one of the bot's doors.
    pub(crate) fn door(&self, path: &str) -> String {
        format!("http://{}{path}", self.world.bot_address())
    }

    /// What Telegram's door answers to this body and secret.
    pub(crate) async fn telegram_knocks(&self, secret: Option<&str>, body: impl Into<reqwest::Body>) -> u16 {
        let mut request = reqwest::Client::new().post(self.door("/hooks/telegram")).body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

/// What senders of reports have.
pub(crate) const HOOKS_TOKEN: &str = "the-token-of-the-hooks";
/// What they may sign with.
pub(crate) const HOOKS_SECRET: &str = "the-secret-of-the-hooks";

/// A configuration in which deploys and alerts may be reported.
pub(crate) fn with_hooks(bot_toml: &str) -> String {
    format!("{bot_toml}\n[hooks]\ntoken = {HOOKS_TOKEN:?}\nsecret = {HOOKS_SECRET:?}\n")
}

impl Story {
    /// What the bot answers to a report that is sent with the token: status and text.
    pub(crate) async fn reported(&self, path: &str, body: impl Into<reqwest::Body>) -> (u16, String) {
        let answer = self.report(path, body).bearer_auth(HOOKS_TOKEN).send().await.unwrap();
        let answer = (answer.status().as_u16(), answer.text().await.unwrap());
        self.settle().await;
        answer
    }

    /// A report without any proof.
    pub(crate) fn report(&self, path: &str, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        reqwest::Client::new().post(self.door(path)).body(body)
    }
}

impl Knock<'_> {
    /// The status that the door answers.
    pub(crate) async fn answer(&self) -> u16 {
        self.said().await.0
    }

    /// What the door answers: status and text.
    pub(crate) async fn said(&self) -> (u16, String) {
        let request = reqwest::Client::new().post(self.story.door("/hooks/github")).body(self.body.clone());
        let headers = [
            ("X-GitHub-Event", &self.event),
            ("X-GitHub-Delivery", &self.id),
            ("X-Hub-Signature-256", &self.signature),
        ];
        let given = headers.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let request = given.fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// What GitHub writes into `X-Hub-Signature-256`.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

impl Story {
    /// Monitoring says that an alert of the project `api` begins (`firing`) or is over (`resolved`) somewhere.
    pub(crate) async fn alert(&self, name: &str, environment: &str, status: &str) {
        let now = self.world.clock().now();
        let over = status == "resolved";
        // What is over began some time ago.
        let began = if over { now - chrono::TimeDelta::minutes(9) } else { now };
        let ended = if over { now.to_rfc3339() } else { "0001-01-01T00:00:00Z".to_owned() };
        let labels = serde_json::json!({
            "alertname": name, "severity": "critical", "shipmate_project": "api", "environment": environment,
        });
        let body = serde_json::json!({
            "version": "4", "groupKey": format!("{{}}:{{alertname=\"{name}\"}}"), "truncatedAlerts": 0, "status": status,
            "receiver": "shipmate", "groupLabels": {}, "commonLabels": labels, "commonAnnotations": {},
            "externalURL": "http://alertmanager:9093",
            "alerts": [{
                "status": status, "labels": labels, "annotations": {"summary": format!("{name} in {environment}")},
                "startsAt": began.to_rfc3339(), "endsAt": ended, "generatorURL": "", "fingerprint": format!("f-{name}"),
            }],
        });
        assert_eq!(self.reported("/hooks/alertmanager", body.to_string()).await.0, 200);
    }
}
