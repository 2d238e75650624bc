//! What Alertmanager sends, read and told apart from what is known. Each alert only ever goes from firing to resolved, so
//! notifications may come in any order and any number of times.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// How long a resolved alert is remembered, in hours: a late notification does not bring it back.
const REMEMBERED: i64 = 48;

/// The label that names the project an alert is about.
pub const PROJECT: &str = "shipmate_project";
/// The labels that name the environment an alert is about; the first that is there counts.
const ENVIRONMENT: [&str; 3] = ["shipmate_environment", "environment", "env"];
/// The labels that name the version an alert is about; the first that is there counts.
const VERSION: [&str; 2] = ["shipmate_version", "version"];

/// A notification that can be sent as it stands, for those who sent one that cannot be read.
pub const EXAMPLE: &str = r#"{"version": "4", "groupKey": "{}:{alertname=\"HighErrorRate\"}", "status": "firing", "truncatedAlerts": 0, "commonLabels": {"alertname": "HighErrorRate", "severity": "critical", "shipmate_project": "api"}, "alerts": [{"status": "firing", "labels": {"alertname": "HighErrorRate"}, "startsAt": "2026-03-02T15:04:05Z", "endsAt": "0001-01-01T00:00:00Z", "fingerprint": "b0c4"}]}"#;

type Labels = BTreeMap<String, String>;

/// One notification: a group of alerts, firing and resolved ones together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The format; 4.
    version: String,
    /// Names the group for ever.
    pub group_key: String,
    /// How many alerts Alertmanager left out.
    #[serde(default)]
    pub truncated_alerts: u64,
    /// The labels that made the group.
    #[serde(default)]
    group_labels: Labels,
    /// The labels that all its alerts have.
    #[serde(default)]
    pub common_labels: Labels,
    /// Alertmanager's own page.
    #[serde(rename = "externalURL", default)]
    pub external_url: String,
    /// The alerts.
    pub alerts: Vec<Alert>,
    /// Whether each of its alerts is a state that is said again and again, with a later beginning each time: that it goes on
    /// is no news then, nor that it is over when nobody knew of it.
    #[serde(skip)]
    is_state: bool,
}

/// One alert of a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Whether it goes on.
    pub status: Status,
    /// What it is about.
    pub labels: Labels,
    /// What people should know.
    #[serde(default)]
    pub annotations: Labels,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// The page of what raised it.
    #[serde(rename = "generatorURL", default)]
    pub generator_url: String,
    /// Its name among all alerts; older senders leave it out.
    #[serde(default)]
    fingerprint: String,
}

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It goes on.
    Firing,
    /// It is over.
    Resolved,
}

/// Reads a notification.
///
/// # Errors
/// What is wrong with it.
pub fn read(body: &[u8]) -> Result<Group, Vec<String>> {
    read_version(body, "4", "Alertmanager")
}

/// Reads a notification of one who sends as Alertmanager does, in a version of their own.
///
/// # Errors
/// What is wrong with it.
pub fn read_version(body: &[u8], version: &str, sender: &str) -> Result<Group, Vec<String>> {
    let group: Group = serde_json::from_slice(body)
        .map_err(|problem| vec![format!("it is not a notification of {sender}: {problem}")])?;
    if group.version != version {
        return Err(vec![format!("`version` is `{}`; only \"{version}\" is understood", group.version)]);
    }
    if group.alerts.is_empty() {
        return Err(vec!["`alerts` is empty".to_owned()]);
    }
    Ok(group)
}

impl Group {
    /// A label that the whole group has, or else one that its first alert has.
    pub fn label(&self, name: &str) -> Option<&str> {
        let first = self.alerts.first().and_then(|alert| alert.labels.get(name));
        let found = self.common_labels.get(name).or_else(|| self.group_labels.get(name)).or(first);
        found.map(String::as_str)
    }
}

impl Group {
    /// A group of one alert, which is a state: it goes on or is over.
    pub fn of_one(key: &str, alert: Alert, url: &str) -> Self {
        Self {
            version: String::new(),
            group_key: key.to_owned(),
            truncated_alerts: 0,
            group_labels: Labels::new(),
            common_labels: alert.labels.clone(),
            external_url: url.to_owned(),
            alerts: vec![alert],
            is_state: true,
        }
    }

    /// The same under another key.
    #[must_use]
    pub fn renamed(self, rename: impl Fn(&str) -> String) -> Self {
        Self { group_key: rename(&self.group_key), ..self }
    }

    /// The environment that it is about, if it says.
    pub fn environment(&self) -> Option<&str> {
        ENVIRONMENT.iter().find_map(|name| self.label(name))
    }

    /// The version that it is about, if it says.
    pub fn deployed_version(&self) -> Option<&str> {
        VERSION.iter().find_map(|name| self.label(name))
    }
}

impl Alert {
    /// An alert called `name`, with labels and perhaps a summary.
    pub fn new(name: &str, over: bool, labels: Labels, summary: &str, starts_at: DateTime<Utc>) -> Self {
        let said = (!summary.is_empty()).then(|| ("summary".to_owned(), summary.to_owned()));
        Self {
            status: if over { Status::Resolved } else { Status::Firing },
            labels,
            annotations: said.into_iter().collect(),
            starts_at,
            generator_url: String::new(),
            fingerprint: name.to_owned(),
        }
    }

    /// Its name among all alerts.
    pub fn name(&self) -> String {
        if self.fingerprint.is_empty() { format!("{:?}", self.labels) } else { self.fingerprint.clone() }
    }
}

/// What is known of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// Each alert: when it began, and when it was heard to be over.
    alerts: BTreeMap<String, (DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// The matter that is told about it.
    #[serde(default)]
    pub matter: Option<u64>,
}

/// What a notification brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What fires since now.
    pub fired: Vec<Alert>,
    /// What is over since now.
    pub resolved: Vec<Alert>,
    /// How many fire, the new ones included.
    pub firing: usize,
}

impl Known {
    /// When the last of its alerts began.
    pub fn began_last(&self) -> Option<DateTime<Utc>> {
        self.alerts.values().map(|(began, _)| *began).max()
    }

    /// Takes a notification in; nothing when it brought nothing.
    pub fn take(&mut self, group: &Group, now: DateTime<Utc>) -> Option<Change> {
        let mut change = Change::default();
        for alert in &group.alerts {
            let (name, over) = (alert.name(), alert.status == Status::Resolved);
            let news = match self.alerts.get(&name) {
                Some((began, _)) if *began > alert.starts_at => false,
                Some((began, ended)) if *began == alert.starts_at => over && ended.is_none(),
                _ => true,
            };
            let fires = self.alerts.get(&name).is_some_and(|(_, ended)| ended.is_none());
            if news && group.is_state && fires != over {
                self.alerts.insert(name, (alert.starts_at, over.then_some(now)));
            } else if news {
                self.alerts.insert(name, (alert.starts_at, over.then_some(now)));
                let told = if over { &mut change.resolved } else { &mut change.fired };
                told.push(alert.clone());
            }
        }
        let recent = |ended: &DateTime<Utc>| now - *ended < Duration::hours(REMEMBERED);
        self.alerts.retain(|_, (_, ended)| ended.as_ref().is_none_or(recent));
        change.firing = self.alerts.values().filter(|(_, ended)| ended.is_none()).count();
        (!change.fired.is_empty() || !change.resolved.is_empty()).then_some(change)
    }
}

#[cfg(test)]
mod tests;
