//! Incidents: what is told of deploys and alerts, what waits for somebody, and which message tells it where.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::{
    incident::matter::{Incident, Suspects},
    message::post::Place,
    release::ReleaseId,
};

/// The message that tells an incident at a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// When it was last changed.
    pub at: DateTime<Utc>,
    /// The message.
    pub message: u64,
    /// The Discord channel or thread that it stands in.
    pub channel: Option<u64>,
    /// The thread below it, where there is one.
    pub thread: Option<u64>,
    /// A fingerprint of what it shows.
    pub shown: String,
}

/// That an incident is to be looked after.
#[derive(Serialize, Deserialize)]
pub(super) struct Marked {
    at: DateTime<Utc>,
}

impl Writing {
    /// Stores an incident, new or changed, with the marks of those who look after it.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_matter(&mut self, matter: &Incident) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &key("matter", matter.number), matter)?;
        for (kind, marked) in [("waiting", matter.waits()), ("sought", matter.suspects == Suspects::Sought)] {
            let key = key(kind, matter.number);
            match (marked, self.get::<Marked>(Tree::Reports, &key)?) {
                (true, None) => self.put(Tree::Reports, &key, &Marked { at: matter.at })?,
                (false, Some(_)) => self.remove(Tree::Reports, &key),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether this decision has changed who has to look after an incident.
    pub fn has_marked_matters(&self) -> bool {
        ["waiting/", "sought/"].iter().any(|kind| self.has_changed_below(Tree::Reports, kind.as_bytes()))
    }

    /// Remembers the message that tells an incident.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_shown(
        &mut self,
        matter: u64,
        place: Place,
        under: Option<ReleaseId>,
        shown: &Shown,
    ) -> Result<(), StoreProblem> {
        self.put(Tree::Reports, &spot_key(matter, place, under), shown)
    }
}

impl dyn View + '_ {
    /// An incident, by its number.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn matter(&self, number: u64) -> Result<Option<Incident>, StoreProblem> {
        self.get(Tree::Reports, &key("matter", number))
    }

    /// The newest incidents, the oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn latest_matters(&self, most: usize) -> Result<Vec<Incident>, StoreProblem> {
        let found: Vec<(Vec<u8>, Incident)> = self.scan_last(Tree::Reports, b"matter/", most)?;
        Ok(found.into_iter().map(|(_, matter)| matter).collect())
    }

    /// The numbers of the incidents that wait for somebody to look at them, the oldest first.
    ///
    /// # Errors
    /// When a mark cannot be read.
    pub fn waiting_matters(&self) -> Result<Vec<u64>, StoreProblem> {
        self.marked("waiting")
    }

    /// The numbers of the incidents whose suspects are being looked up, the oldest first.
    ///
    /// # Errors
    /// When a mark cannot be read.
    pub fn sought_matters(&self) -> Result<Vec<u64>, StoreProblem> {
        self.marked("sought")
    }

    /// The message that tells an incident at a destination.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn shown(&self, matter: u64, place: Place, under: Option<ReleaseId>) -> Result<Option<Shown>, StoreProblem> {
        self.get(Tree::Reports, &spot_key(matter, place, under))
    }

    fn marked(&self, kind: &str) -> Result<Vec<u64>, StoreProblem> {
        let prefix = format!("{kind}/").into_bytes();
        let marks: Vec<(Vec<u8>, Marked)> = self.scan(Tree::Reports, &prefix)?;
        let number = |key: &[u8]| std::str::from_utf8(key.get(prefix.len()..)?).ok()?.parse().ok();
        Ok(marks.iter().filter_map(|(key, _)| number(key)).collect())
    }
}

/// With leading zeros, so that rows stand in the order of their numbers.
fn key(kind: &str, number: u64) -> Vec<u8> {
    format!("{kind}/{number:020}").into_bytes()
}

fn spot_key(matter: u64, place: Place, under: Option<ReleaseId>) -> Vec<u8> {
    let under = under.map(|release| format!("+{}", release.0)).unwrap_or_default();
    format!("shown/{matter}/{place}{under}").into_bytes()
}
