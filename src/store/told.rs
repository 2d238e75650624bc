//! What was told of releases, as long as something may still come of it: where each message stands, and what it says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::{
    message::{Message, post::Place},
    release::ReleaseId,
};

/// What a message tells of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToldOf {
    /// The fact of this number.
    Fact(usize),
    /// How it stood, in answer to somebody: this message.
    Answer(u64),
}

/// A message that tells something of a release in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldRow {
    /// What was said at first, with those who are pinged there.
    pub said: Message,
    /// Of an answer, how many facts there were when it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<usize>,
    /// Whether it stands below the release's card.
    #[serde(default)]
    pub below: bool,
    /// The message, and where it stands, once it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands: Option<(Place, u64)>,
    /// By what an answer that only one person sees can be changed on Discord, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<(String, DateTime<Utc>)>,
    /// A fingerprint of what it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
}

impl ToldRow {
    /// What is still to be sent.
    pub fn new(said: Message, below: bool) -> Self {
        Self { said, since: None, below, stands: None, token: None, shown: None }
    }
}

impl Writing {
    /// Remembers what tells something of a release in a place.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_told(
        &mut self,
        place: Place,
        release: ReleaseId,
        of: ToldOf,
        told: &ToldRow,
    ) -> Result<(), StoreProblem> {
        self.put(Tree::Cards, &key(place, release, of), told)
    }

    /// Forgets it: nothing more comes of it.
    pub fn forget_told(&mut self, place: Place, release: ReleaseId, of: ToldOf) {
        self.remove(Tree::Cards, &key(place, release, of));
    }

    /// Has everything that was told of a release, and of which something may still come, brought up to date.
    ///
    /// # Errors
    /// As `put`.
    pub fn refresh_all_told(&mut self, release: ReleaseId) -> Result<(), StoreProblem> {
        let rows: Vec<(Vec<u8>, ToldRow)> = self.scan(Tree::Cards, &prefix(release))?;
        for (place, of) in rows.iter().filter_map(|(key, _)| read_key(key)) {
            self.refresh_told(place, release, of)?;
        }
        Ok(())
    }
}

impl dyn View + '_ {
    /// What tells something of a release in a place, as long as something may still come of it.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn told(&self, place: Place, release: ReleaseId, of: ToldOf) -> Result<Option<ToldRow>, StoreProblem> {
        self.get(Tree::Cards, &key(place, release, of))
    }
}

fn prefix(release: ReleaseId) -> Vec<u8> {
    format!("told/{:016x}/", release.0).into_bytes()
}

fn key(place: Place, release: ReleaseId, of: ToldOf) -> Vec<u8> {
    let of = match of {
        ToldOf::Fact(number) => format!("{number}"),
        ToldOf::Answer(message) => format!("answer-{message}"),
    };
    [prefix(release), format!("{of}/{place}").into_bytes()].concat()
}

/// The place, and what is told there.
fn read_key(key: &[u8]) -> Option<(Place, ToldOf)> {
    let mut parts = std::str::from_utf8(key).ok()?.splitn(4, '/').skip(2);
    let of = parts.next()?;
    let of = match of.strip_prefix("answer-") {
        Some(message) => ToldOf::Answer(message.parse().ok()?),
        None => ToldOf::Fact(of.parse().ok()?),
    };
    Some((parts.next()?.parse().ok()?, of))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_row_is_found_again_by_its_key() {
        for place in ["discord:7", "telegram:-100/5", "telegram:-100"] {
            let place: Place = place.parse().unwrap();
            for of in [ToldOf::Fact(12), ToldOf::Answer(7)] {
                assert_eq!(read_key(&key(place, ReleaseId(3), of)), Some((place, of)));
            }
        }
        assert_eq!(read_key(b"discord:7\0abc"), None, "a card");
    }
}
