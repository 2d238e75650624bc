//! An incident: what is told of one thing – a version in an environment, a group of alerts – in one message that is kept up
//! to date, with what happens as a thread below it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::{self, Alert, Group};
use crate::domain::{
    deploy::report::{Deploy, DeployChange, Status},
    message::post::Place,
    release::ReleaseId,
};

/// How many alerts that fire an incident describes.
const FIRING: usize = 50;
/// How many changes of a deploy its message shows.
const CHANGES: usize = 12;

/// One thing that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// When it was last heard of.
    pub at: DateTime<Utc>,
    /// Its number: what buttons say.
    pub number: u64,
    /// The project's name in `bot.toml`; nothing if it belongs to none.
    pub project: Option<String>,
    /// The environment, if it is known.
    pub environment: Option<String>,
    /// The version that it is about, if it is known.
    pub version: Option<String>,
    /// The release that the version is of, and its name.
    pub release: Option<(ReleaseId, String)>,
    /// What it is.
    pub about: About,
    /// Where it is told.
    #[serde(rename = "spots")]
    pub destinations: Vec<Destination>,
    /// What people have to look at, if anything.
    pub trouble: Option<Trouble>,
    /// What may have caused it.
    pub suspects: Suspects,
    /// What the release that it is about says of it; nothing as long as only others speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// What a release says of an incident: how it stands, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// The title, where the status alone does not say it.
    pub title: Option<String>,
    /// How it stands and what comes next, a paragraph each.
    pub words: Vec<String>,
    /// What one can do about it now.
    pub ways: Vec<Way>,
}

/// Something that helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Bring the environment back.
    RollBack,
    /// Let a release try again.
    Retry(ReleaseId),
    /// Let deploys into the environment again.
    Resume,
    /// Bring a fix.
    Hotfix,
    /// End a release.
    Cancel(ReleaseId),
}

/// What an incident is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The deploys of one version to one environment.
    Deploy {
        /// The last report, with what earlier ones said besides.
        deploy: Box<Deploy>,
        /// What happened, in the order in which it did.
        changes: Vec<(DateTime<Utc>, Status)>,
    },
    /// A group of alerts.
    Alerts {
        /// Its name in a few words.
        what: String,
        /// The labels that all its alerts have.
        labels: Vec<(String, String)>,
        /// The page of whoever raises it; empty if it has none.
        url: String,
        /// What fires, as far as it is described.
        firing: Vec<Item>,
        /// How many fire.
        count: usize,
        /// How many are over.
        over: usize,
        /// How many the sender left out.
        left_out: u64,
        /// How many of those that are over were only not reported any more.
        #[serde(default)]
        gone: usize,
        /// The environment that the bot deployed to last, when nobody said which one it is about.
        #[serde(default)]
        guessed: Option<String>,
        /// Whether what ran when it began is not known, or does not run there any more.
        #[serde(default)]
        replaced: bool,
        /// Who sent the last report of it, by the name of the sender in the configuration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reported_by: Option<String>,
    },
}

/// One alert of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its name among all alerts.
    pub name: String,
    /// What it says.
    pub words: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Where an incident is told: as a message of its own, or below a release's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The place.
    pub place: Place,
    /// Below whose card.
    pub under: Option<ReleaseId>,
    /// Whether it is told there that something is wrong; elsewhere the message only says so.
    #[serde(default)]
    pub wrong: bool,
    /// Who is pinged by the message itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pings: Vec<String>,
}

/// Something that people have to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when they know.
    pub since: DateTime<Utc>,
    /// Who looks at it, and since when.
    pub acknowledged: Option<(String, DateTime<Utc>)>,
    /// When it was over.
    pub over: Option<DateTime<Utc>>,
    /// How often others were called because nobody looked at it.
    pub escalated: usize,
}

/// What lies between the last version that was good and this one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspects {
    /// Nobody has asked.
    #[default]
    Unasked,
    /// It is being looked up.
    Sought,
    /// It cannot be known; a sentence that says why.
    Unknown(String),
    /// These.
    Found(Range),
}

/// The changes from one version to another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Range {
    /// The last good version.
    pub good: String,
    /// The page that shows the difference; empty if there is none.
    pub url: String,
    /// The changes that came by a pull request, newest last.
    pub pulls: Vec<Suspect>,
    /// Changes that came without one: pushed straight to a line.
    pub commits: Vec<Suspect>,
    /// How many more there are.
    pub more: usize,
    /// How many commits of the good version this one lacks.
    pub behind: u64,
}

/// One change among the suspects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspect {
    /// The number of the pull request, such as `#7`, or the short commit.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Who made it.
    pub author: String,
    /// Its page.
    pub url: String,
}

impl Destination {
    /// A message of its own in a place.
    pub fn own(place: Place) -> Self {
        Self { place, under: None, wrong: false, pings: vec![] }
    }

    /// Below a release's card in a place.
    pub fn under(place: Place, release: ReleaseId) -> Self {
        Self { place, under: Some(release), wrong: false, pings: vec![] }
    }

    /// Whether another is the same destination.
    pub fn is(&self, other: &Self) -> bool {
        (self.place, self.under) == (other.place, other.under)
    }
}

impl Trouble {
    /// Trouble that begins now.
    pub fn new(since: DateTime<Utc>) -> Self {
        Self { since, acknowledged: None, over: None, escalated: 0 }
    }

    /// Whether it goes on and nobody looks at it.
    pub fn waits(&self) -> bool {
        self.acknowledged.is_none() && self.over.is_none()
    }
}

impl Incident {
    /// Whether somebody has to look at it, and nobody does.
    pub fn waits(&self) -> bool {
        self.trouble.as_ref().is_some_and(Trouble::waits)
    }

    /// Notes that something is wrong: what goes on stays as it is, what was over begins anew.
    pub fn is_wrong(&mut self, now: DateTime<Utc>) {
        self.trouble =
            Some(self.trouble.take().filter(|known| known.over.is_none()).unwrap_or_else(|| Trouble::new(now)));
    }

    /// Notes that nothing is wrong any more.
    pub fn is_right(&mut self, now: DateTime<Utc>) {
        if let Some(trouble) = &mut self.trouble {
            trouble.over.get_or_insert(now);
        }
    }

    /// Takes a change of a deploy in; `deploy` is the last report with what earlier ones said besides.
    pub fn deploy_changed(&mut self, deploy: Deploy, change: DeployChange) {
        if let About::Deploy { deploy: known, changes } = &mut self.about {
            let place = changes.partition_point(|known| *known <= (change.at, change.status));
            changes.insert(place, (change.at, change.status));
            let surplus = changes.len().saturating_sub(CHANGES);
            changes.drain(..surplus);
            **known = deploy;
            // Whatever the release said is about what was before.
            self.said = None;
        }
    }

    /// Takes in how a deploy stands by the release that makes it; whether that is a change. What others report of it
    /// meanwhile is not news.
    pub fn deploy_stands(&mut self, deploy: Deploy, status: Option<Status>, at: DateTime<Utc>) -> bool {
        let About::Deploy { deploy: known, changes } = &mut self.about else { return false };
        **known = deploy.after(Some((**known).clone()));
        let Some(status) = status else { return false };
        let changed = changes.last().is_none_or(|(_, last)| *last != status);
        if changed {
            let at = changes.last().map_or(at, |(last, _)| at.max(*last));
            changes.push((at, status));
            let surplus = changes.len().saturating_sub(CHANGES);
            changes.drain(..surplus);
        }
        changed
    }

    /// How the deploy that it is about stands, if it is about one.
    pub fn status(&self) -> Option<Status> {
        match &self.about {
            About::Deploy { deploy, changes } => Some(changes.last().map_or(deploy.status, |(_, status)| *status)),
            About::Alerts { .. } => None,
        }
    }

    /// What helps as long as it goes on: what the release says, or as long as only others speak, what one can do without
    /// knowing whether a release could try again.
    pub fn ways(&self) -> Vec<Way> {
        if let Some(said) = &self.said {
            return said.ways.clone();
        }
        let wrong = self.trouble.as_ref().is_some_and(|trouble| trouble.over.is_none());
        let back = match &self.about {
            About::Deploy { .. } => self.status() != Some(Status::RolledBack),
            // Nobody takes away what was not there when it began.
            About::Alerts { replaced, .. } => !replaced,
        };
        match (&self.project, &self.environment) {
            (Some(_), Some(_)) if wrong && back => vec![Way::RollBack, Way::Hotfix],
            (Some(_), _) if wrong => vec![Way::Hotfix],
            _ => vec![],
        }
    }

    /// Notes who looks at it, if somebody has to and nobody else was first.
    pub fn is_looked_at(&mut self, by: &str, now: DateTime<Utc>) {
        if let Some(trouble) = self.trouble.as_mut().filter(|trouble| trouble.waits()) {
            trouble.acknowledged = Some((by.to_owned(), now));
        }
    }

    /// The alerts with these names, as far as they are described.
    pub fn alerts_named(&self, names: &[String]) -> Vec<Item> {
        match &self.about {
            About::Alerts { firing, .. } => firing.iter().filter(|item| names.contains(&item.name)).cloned().collect(),
            About::Deploy { .. } => vec![],
        }
    }

    /// Takes a change of a group of alerts in: perhaps it is called `called` from now on. `words` describes one of its
    /// alerts.
    pub fn alerts_changed(
        &mut self,
        group: &Group,
        change: &alert::AlertChange,
        called: Option<String>,
        words: impl Fn(&Alert) -> String,
    ) {
        if let About::Alerts { what, labels, url, firing, count, over, left_out, gone, reported_by, .. } =
            &mut self.about
        {
            reported_by.clone_from(&group.reported_by);
            *what = called.unwrap_or_else(|| what.clone());
            if !group.alerts.is_empty() {
                *labels = group.common_labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            }
            url.clone_from(&group.external_url);
            (*count, *left_out) = (change.firing, change.hidden);
            *over += change.resolved.len() + change.gone.len();
            *gone += change.gone.len();
            if !change.fired.is_empty() {
                // Whatever a release did about what fired before, this is new.
                self.said = None;
            }
            let ended: Vec<String> = change.resolved.iter().map(Alert::name).chain(change.gone.clone()).collect();
            firing.retain(|item| !ended.contains(&item.name));
            for alert in &change.fired {
                firing.retain(|item| item.name != alert.name());
                firing.push(Item { name: alert.name(), words: words(alert), since: alert.starts_at });
            }
            firing.truncate(FIRING);
        }
    }
}

#[cfg(test)]
mod tests;
