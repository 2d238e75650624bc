//! What Alertmanager sends, read and told apart from what is known. An alert is the same by its labels, whatever its times: a
//! pair of Prometheus servers behind one Alertmanager moves its beginning about. Notifications may come in any order and any
//! number of times.

mod gravity;
mod known;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::domain::time::far;

pub use self::{
    gravity::{gravest, is_only_said},
    known::{AlertChange, KnownAlerts},
};

/// The label that names the project an alert is about.
pub const PROJECT: &str = "shipmate_project";
/// The label that names an alert.
const NAME: &str = "alertname";
/// The label by which alerts say how grave they are.
const SEVERITY: &str = "severity";
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
    /// What its alerts are.
    #[serde(skip)]
    nature: Nature,
    /// Who sent it, by the name of the sender in the configuration.
    #[serde(skip)]
    pub reported_by: Option<String>,
}

/// What the alerts of a group are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nature {
    /// Each goes on until it is said to be over, and every notification lists all that fire.
    #[default]
    Listed,
    /// A state that is said again and again, with a later beginning each time: that it goes on is no news, nor that it is
    /// over when nobody knew of it.
    State,
    /// A state that has one end: that it is over is news though nobody knew of it, because it did happen.
    Incident,
}

/// One alert of a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Whether it goes on.
    pub status: AlertStatus,
    /// What it is about.
    pub labels: Labels,
    /// What people should know.
    #[serde(default)]
    pub annotations: Labels,
    /// When it began, as its sender says now: of several that watch the same, each has its own beginning. The first instant
    /// that can be meant, if its sender says one that cannot.
    #[serde(deserialize_with = "began")]
    pub starts_at: DateTime<Utc>,
    /// When it ended, if that is said.
    #[serde(default, deserialize_with = "instant")]
    pub ends_at: Option<DateTime<Utc>>,
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
pub enum AlertStatus {
    /// It goes on.
    Firing,
    /// It is over.
    Resolved,
}

/// What rings is heard, whatever its sender's clock says.
fn began<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::<Utc>::deserialize(deserializer).map(|at| far::meant(at).unwrap_or_default())
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

/// An instant, or nothing: what goes on ends in the year 1, and anything else is no reason to refuse the rest.
fn instant<'de, D: Deserializer<'de>>(said: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let said = Value::deserialize(said)?;
    let at = said.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    Ok(at.map(|at| at.to_utc()).filter(|at| at.year() > 1))
}

impl Group {
    /// A label of one of its alerts; what is said of the whole group need not be said of each.
    pub fn label_of<'a>(&'a self, alert: &'a Alert, name: &str) -> Option<&'a str> {
        let of_all = || self.common_labels.get(name).or_else(|| self.group_labels.get(name));
        alert.labels.get(name).or_else(of_all).map(String::as_str)
    }

    /// What it is about: the alerts that fire, or all of them if none does.
    fn meant(&self) -> impl Iterator<Item = &Alert> {
        let fires = self.alerts.iter().any(|alert| alert.status == AlertStatus::Firing);
        self.alerts.iter().filter(move |alert| !fires || alert.status == AlertStatus::Firing)
    }

    /// What all alerts that it is about say; nothing if they disagree.
    fn agreed<'a>(&'a self, said: impl Fn(&'a Alert) -> Option<&'a str>) -> Option<&'a str> {
        let mut all = self.meant().map(said);
        let first = all.next().flatten()?;
        all.all(|other| other == Some(first)).then_some(first)
    }

    /// A label on which all alerts that it is about agree.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.agreed(|alert| self.label_of(alert, name))
    }

    /// The name of its first alert, and whether others are called otherwise.
    pub fn name(&self) -> Option<(&str, bool)> {
        let first = self.meant().find_map(|alert| self.label_of(alert, NAME))?;
        Some((first, self.label(NAME).is_none()))
    }

    /// How grave the gravest of the alerts is that it is about.
    pub fn severity(&self) -> Option<&str> {
        gravest(self.meant().map(|alert| self.label_of(alert, SEVERITY)))
    }

    /// The environment that one of its alerts is about, if it says.
    pub fn environment_of<'a>(&'a self, alert: &'a Alert) -> Option<&'a str> {
        ENVIRONMENT.iter().find_map(|name| self.label_of(alert, name))
    }

    /// When the first of the alerts began that it is about.
    pub fn began(&self) -> Option<DateTime<Utc>> {
        self.meant().map(|alert| alert.starts_at).min()
    }

    /// Whether it is about something else than what runs somewhere.
    pub fn is_state(&self) -> bool {
        self.nature == Nature::State
    }

    /// The part of it that is about an environment; the whole if no alert names that.
    #[must_use]
    pub fn in_environment(&self, environment: &str) -> Self {
        let mut parts = self.clone().divided(|group, alert| group.environment_of(alert) == Some(environment));
        parts.remove(&true).unwrap_or_else(|| self.clone())
    }

    /// Whether any of its alerts says which environment it is about.
    pub fn names_environment(&self) -> bool {
        self.alerts.iter().any(|alert| self.environment_of(alert).is_some())
    }

    /// Whether all its alerts say whose they are.
    pub fn names_project(&self) -> bool {
        self.alerts.iter().all(|alert| self.label_of(alert, PROJECT).is_some())
    }

    /// The alerts that belong together, each group with the key that `of` gives for its alerts.
    pub fn divided<K: Ord>(self, of: impl Fn(&Self, &Alert) -> K) -> BTreeMap<K, Self> {
        let mut parts: BTreeMap<K, Vec<Alert>> = BTreeMap::new();
        for alert in &self.alerts {
            parts.entry(of(&self, alert)).or_default().push(alert.clone());
        }
        let whole = parts.len() == 1;
        let part = |alerts: Vec<Alert>| {
            let common_labels = if whole { self.common_labels.clone() } else { self.common_to(&alerts) };
            Self { alerts, common_labels, ..self.clone() }
        };
        parts.into_iter().map(|(key, alerts)| (key, part(alerts))).collect()
    }

    /// The same without any alert: none of those that it is about is named any more.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self { alerts: vec![], ..self.clone() }
    }

    fn common_to(&self, alerts: &[Alert]) -> Labels {
        let mut labels = self.common_labels.clone();
        if let Some((first, others)) = alerts.split_first() {
            let common = first
                .labels
                .iter()
                .filter(|(name, value)| others.iter().all(|other| other.labels.get(*name) == Some(*value)));
            labels.extend(common.map(|(name, value)| (name.clone(), value.clone())));
        }
        labels
    }

    /// A group of one alert, which goes on or is over.
    pub fn of_one(key: &str, alert: Alert, url: &str, nature: Nature) -> Self {
        Self {
            version: String::new(),
            group_key: key.to_owned(),
            truncated_alerts: 0,
            group_labels: Labels::new(),
            common_labels: alert.labels.clone(),
            external_url: url.to_owned(),
            alerts: vec![alert],
            nature,
            reported_by: None,
        }
    }

    /// The same under another key.
    #[must_use]
    pub fn renamed(self, rename: impl Fn(&str) -> String) -> Self {
        Self { group_key: rename(&self.group_key), ..self }
    }

    /// The environment that it is about, if all of it says the same.
    pub fn environment(&self) -> Option<&str> {
        self.agreed(|alert| self.environment_of(alert))
    }

    /// The version that it is about, if all of it says the same.
    pub fn deployed_version(&self) -> Option<&str> {
        self.agreed(|alert| VERSION.iter().find_map(|name| self.label_of(alert, name)))
    }
}

impl Alert {
    /// An alert called `name`, with labels and perhaps a summary.
    pub fn new(name: &str, over: bool, labels: Labels, summary: &str, starts_at: DateTime<Utc>) -> Self {
        let said = (!summary.is_empty()).then(|| ("summary".to_owned(), summary.to_owned()));
        Self {
            status: if over { AlertStatus::Resolved } else { AlertStatus::Firing },
            labels,
            annotations: said.into_iter().collect(),
            starts_at,
            ends_at: None,
            generator_url: String::new(),
            fingerprint: name.to_owned(),
        }
    }

    /// Its name among all alerts.
    pub fn name(&self) -> String {
        if self.fingerprint.is_empty() { format!("{:?}", self.labels) } else { self.fingerprint.clone() }
    }
}

#[cfg(test)]
mod tests;
