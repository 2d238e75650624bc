//! What is known of a group of alerts, and what a notification adds to that.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::{Alert, Group, Nature, SEVERITY, Status, gravest, is_only_said};

/// How long a resolved alert is remembered, in hours: a late notification does not bring it back.
const REMEMBERED: i64 = 48;
/// How long an alert has not been named when a notification without it ends it, in minutes. Whoever sends tries again for
/// a few minutes, so what comes later than that is no old notification. An alert that ends while it is silenced is never
/// said to be over.
const UNNAMED: i64 = 30;

/// What is known of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// Each alert: when it began, and when it was heard to be over.
    pub(super) alerts: BTreeMap<String, (DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// The incident that is told about it.
    #[serde(default)]
    pub matter: Option<u64>,
    /// What was last said of each alert.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    said: BTreeMap<String, Said>,
    /// How many the sender has left out last.
    #[serde(default)]
    hidden: u64,
    /// The projects to which alerts of the group belong, each known by itself.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub projects: BTreeSet<String>,
}

/// What was last said of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    /// When it was named.
    at: DateTime<Utc>,
    /// Whether it is over only because it is not named any more; it may come back.
    #[serde(default)]
    gone: bool,
    severity: Option<String>,
    environment: Option<String>,
}

/// What a notification brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What fires since now.
    pub fired: Vec<Alert>,
    /// What is over since now.
    pub resolved: Vec<Alert>,
    /// The names of those that are not reported any more.
    pub gone: Vec<String>,
    /// How many fire, the new ones included.
    pub firing: usize,
    /// How many the sender left out, which may fire or be over.
    pub hidden: u64,
}

impl Change {
    /// Whether nothing fires any more, as far as that can be known.
    pub fn is_over(&self) -> bool {
        self.firing == 0 && self.hidden == 0
    }
}

/// What speaks against an environment in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Against<'a> {
    /// The environment.
    pub environment: &'a str,
    /// When the last of its alerts began.
    pub began_last: DateTime<Utc>,
    /// Whether any of them fires.
    pub firing: bool,
}

impl Known {
    fn firing(&self) -> impl Iterator<Item = (&String, Option<&Said>)> {
        let firing = self.alerts.iter().filter(|(_, (_, ended))| ended.is_none());
        firing.map(|(name, _)| (name, self.said.get(name)))
    }

    /// How grave the gravest alert is that fires.
    pub fn severity(&self) -> Option<&str> {
        gravest(self.firing().map(|(_, said)| said?.severity.as_deref()))
    }

    /// The environment that all alerts that fire name.
    pub fn environment(&self) -> Option<&str> {
        let mut all = self.firing().map(|(_, said)| said?.environment.as_deref());
        let first = all.next().flatten()?;
        all.all(|other| other == Some(first)).then_some(first)
    }

    /// What speaks against environments: of each, the alerts that name it and are more than just said.
    pub fn against(&self) -> Vec<Against<'_>> {
        let mut found: BTreeMap<&str, Against<'_>> = BTreeMap::new();
        for (name, (began, ended)) in &self.alerts {
            let Some(Said { severity, environment: Some(environment), .. }) = self.said.get(name) else { continue };
            if severity.as_deref().is_some_and(is_only_said) {
                continue;
            }
            let new = Against { environment, began_last: *began, firing: false };
            let known = found.entry(environment).or_insert(new);
            known.began_last = known.began_last.max(*began);
            known.firing |= ended.is_none();
        }
        found.into_values().collect()
    }

    /// Takes a notification in; nothing when it brought nothing.
    pub fn take(&mut self, group: &Group, now: DateTime<Utc>) -> Option<Change> {
        let mut change = Change::default();
        let mut late = false;
        for alert in &group.alerts {
            late |= self.take_one(group, alert, now, &mut change);
        }
        // What came too late says nothing of what is not in it.
        if !late {
            if group.truncated_alerts == 0 && group.nature == Nature::Listed {
                change.gone = self.gone(group, now);
            }
            change.hidden = group.truncated_alerts;
        } else {
            change.hidden = self.hidden;
        }
        let recent = |ended: &DateTime<Utc>| now - *ended < Duration::hours(REMEMBERED);
        self.alerts.retain(|_, (_, ended)| ended.as_ref().is_none_or(recent));
        self.said.retain(|name, _| self.alerts.contains_key(name));
        change.firing = self.firing().count();
        let shown = change.firing == 0 && self.hidden > 0 && change.hidden == 0 && self.matter.is_some();
        self.hidden = change.hidden;
        let news = !change.fired.is_empty() || !change.resolved.is_empty() || !change.gone.is_empty() || shown;
        news.then_some(change)
    }

    /// Takes in what is said of one alert; whether that came too late.
    fn take_one(&mut self, group: &Group, alert: &Alert, now: DateTime<Utc>, change: &mut Change) -> bool {
        let (name, over) = (alert.name(), alert.status == Status::Resolved);
        let known = self.alerts.get(&name).copied();
        let gone = self.said.get(&name).is_some_and(|said| said.gone);
        let news = match known {
            Some((began, _)) if began > alert.starts_at => return true,
            Some((began, ended)) if began == alert.starts_at => match (over, ended.is_some()) {
                (true, ended) => !ended,
                (false, true) if !gone => return true,
                (false, ended) => ended,
            },
            _ => true,
        };
        let text = |text: &str| Some(text.to_owned());
        let severity = group.label_of(alert, SEVERITY).and_then(text);
        let environment = group.environment_of(alert).and_then(text);
        self.said.insert(name.clone(), Said { at: now, gone: false, severity, environment });
        if !news {
            return false;
        }
        self.alerts.insert(name, (alert.starts_at, over.then_some(now)));
        let fired = known.is_some_and(|(_, ended)| ended.is_none());
        let quiet = match group.nature {
            Nature::Listed => false,
            Nature::State => fired != over,
            Nature::Incident => fired != over && (!over || known.is_some()),
        };
        if !quiet {
            let told = if over { &mut change.resolved } else { &mut change.fired };
            told.push(alert.clone());
        }
        false
    }

    /// Ends what has not been named for long, though all that fires would be.
    fn gone(&mut self, group: &Group, now: DateTime<Utc>) -> Vec<String> {
        let named: BTreeSet<String> = group.alerts.iter().map(Alert::name).collect();
        let unnamed = |name: &&String, said: Option<&Said>| {
            let last = said.map_or(self.at, |said| said.at);
            !named.contains(*name) && now - last >= Duration::minutes(UNNAMED)
        };
        let gone: Vec<String> =
            self.firing().filter(|(name, said)| unnamed(name, *said)).map(|(name, _)| name.clone()).collect();
        for name in &gone {
            if let Some((_, ended)) = self.alerts.get_mut(name) {
                *ended = Some(now);
            }
            let said = Said { at: now, gone: true, severity: None, environment: None };
            self.said.entry(name.clone()).and_modify(|said| said.gone = true).or_insert(said);
        }
        gone
    }
}
