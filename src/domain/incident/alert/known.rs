//! What is known of a group of alerts, and what a notification adds to that.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::{Alert, AlertStatus, Group, Nature, SEVERITY, gravest, is_only_said};

/// How long a resolved alert is remembered, in hours: a late notification does not bring it back.
const REMEMBERED: i64 = 48;
/// How long an alert has not been named when a notification without it ends it, in minutes. Whoever sends tries again for
/// a few minutes, so what comes later than that is no old notification. An alert that ends while it is silenced is never
/// said to be over.
const UNNAMED: i64 = 30;
/// How long after an alert was over a beginning of before is taken for a late notification, in minutes: what comes later is
/// that it goes on, as another of those who watch it sees. Alertmanager tells of a group every five minutes at most
/// (`group_interval`), and gives up a notification before the next.
const LATE: i64 = 4;

/// What is known of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAlerts {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// Each alert: when it began – the latest that was said of it while it fires –, and when it was heard to be over.
    pub(super) alerts: BTreeMap<String, (DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// The incident that is told about it.
    #[serde(default)]
    pub matter: Option<u64>,
    /// What was last said of each alert.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    said: BTreeMap<String, SaidOfAlert>,
    /// How many the sender has left out last.
    #[serde(default)]
    hidden: u64,
    /// The projects to which alerts of the group belong, each known by itself.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub projects: BTreeSet<String>,
}

/// What was last said of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SaidOfAlert {
    /// When it was named.
    at: DateTime<Utc>,
    /// Whether it is over only because it is not named any more; it may come back.
    #[serde(default)]
    gone: bool,
    /// When it ended, as its sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<DateTime<Utc>>,
    severity: Option<String>,
    environment: Option<String>,
}

/// What a word about an alert is.
enum Word {
    /// It came too late: it is about what was before.
    Late,
    /// It is known.
    Again,
    /// It begins, or is over.
    News,
}

impl Word {
    fn of(news: bool) -> Self {
        if news { Self::News } else { Self::Again }
    }
}

/// What a notification brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertChange {
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

impl AlertChange {
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

impl KnownAlerts {
    fn firing(&self) -> impl Iterator<Item = (&String, Option<&SaidOfAlert>)> {
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
            let Some(SaidOfAlert { severity, environment: Some(environment), .. }) = self.said.get(name) else {
                continue;
            };
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
    pub fn take(&mut self, group: &Group, now: DateTime<Utc>) -> Option<AlertChange> {
        let mut change = AlertChange::default();
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
    fn take_one(&mut self, group: &Group, alert: &Alert, now: DateTime<Utc>, change: &mut AlertChange) -> bool {
        let (name, over) = (alert.name(), alert.status == AlertStatus::Resolved);
        let known = self.alerts.get(&name).copied();
        let news = match self.word(group.nature, alert, now) {
            Word::Late => return true,
            Word::Again => false,
            Word::News => true,
        };
        let text = |text: &str| Some(text.to_owned());
        let severity = group.label_of(alert, SEVERITY).and_then(text);
        let environment = group.environment_of(alert).and_then(text);
        let ended = alert.ends_at.filter(|_| over);
        self.said.insert(name.clone(), SaidOfAlert { at: now, gone: false, ended, severity, environment });
        if !news {
            // Of several beginnings the latest counts, by which an end of before is told from the end of this.
            self.alerts.entry(name).and_modify(|(began, _)| *began = alert.starts_at.max(*began));
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

    /// What a word about an alert is, by what is known of it.
    fn word(&self, nature: Nature, alert: &Alert, now: DateTime<Utc>) -> Word {
        let (name, over, said) = (alert.name(), alert.status == AlertStatus::Resolved, alert.starts_at);
        let Some(&(began, ended)) = self.alerts.get(&name) else { return Word::News };
        let before = self.said.get(&name);
        match (nature, over, ended) {
            // Its beginning is its turn: whatever is earlier came too late.
            (Nature::State | Nature::Incident, ..) if said < began => Word::Late,
            (Nature::State | Nature::Incident, ..) if said > began => Word::News,
            (Nature::State | Nature::Incident, true, ended) => Word::of(ended.is_none()),
            (Nature::State | Nature::Incident, false, None) => Word::Again,
            (Nature::State | Nature::Incident, false, Some(_)) => Word::Late,
            (Nature::Listed, true, Some(_)) | (Nature::Listed, false, None) => Word::Again,
            // What was over before this began was something else.
            (Nature::Listed, true, None) => {
                let earlier = said < began && alert.ends_at.is_some_and(|until| until <= began);
                if earlier { Word::Late } else { Word::News }
            }
            (Nature::Listed, false, Some(heard)) => {
                let until = before.and_then(|before| before.ended);
                let anew = until.map_or(said > began, |until| said >= until);
                let gone = before.is_some_and(|before| before.gone);
                let late = !anew && !gone && now - heard < Duration::minutes(LATE);
                if late { Word::Late } else { Word::News }
            }
        }
    }

    /// Ends what has not been named for long, though all that fires would be.
    fn gone(&mut self, group: &Group, now: DateTime<Utc>) -> Vec<String> {
        let named: BTreeSet<String> = group.alerts.iter().map(Alert::name).collect();
        let unnamed = |name: &&String, said: Option<&SaidOfAlert>| {
            let last = said.map_or(self.at, |said| said.at);
            !named.contains(*name) && now - last >= Duration::minutes(UNNAMED)
        };
        let gone: Vec<String> =
            self.firing().filter(|(name, said)| unnamed(name, *said)).map(|(name, _)| name.clone()).collect();
        for name in &gone {
            if let Some((_, ended)) = self.alerts.get_mut(name) {
                *ended = Some(now);
            }
            let said = SaidOfAlert { at: now, gone: true, ended: None, severity: None, environment: None };
            self.said.entry(name.clone()).and_modify(|said| said.gone = true).or_insert(said);
        }
        gone
    }
}
