//! A release that is over: one deflated row.
//!
//! A release is read and written in many rows as long as it goes on. When it ends they become one. What a person adds later
//! lies beside it, until the release is closed again.

use std::io::{Read, Write};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing, format};
use crate::domain::release::{Release, ReleaseId, ReleaseSpec, fact::Recorded};

/// A release that is over, on disk.
#[derive(Serialize, Deserialize)]
pub(super) struct FoldedRelease {
    /// When it began.
    at: DateTime<Utc>,
    /// Its specification and its facts, as JSON, deflated, in base64.
    deflated: String,
}

impl FoldedRelease {
    fn of(release: &Release) -> Result<Self, String> {
        let rows = serde_json::to_vec(&(&release.spec, &release.facts)).map_err(|problem| problem.to_string())?;
        let mut encoder = DeflateEncoder::new(vec![], Compression::best());
        let deflated = encoder.write_all(&rows).and_then(|()| encoder.finish());
        let deflated = BASE64_STANDARD.encode(deflated.map_err(|problem| problem.to_string())?);
        Ok(Self { at: release.spec.at, deflated })
    }

    fn unfolded(&self) -> Result<(ReleaseSpec, Vec<Recorded>), String> {
        let deflated = BASE64_STANDARD.decode(&self.deflated).map_err(|problem| problem.to_string())?;
        let mut rows = vec![];
        DeflateDecoder::new(&deflated[..]).read_to_end(&mut rows).map_err(|problem| problem.to_string())?;
        serde_json::from_slice(&rows).map_err(|problem| problem.to_string())
    }
}

/// A release that lies in one row.
pub(super) fn read(id: ReleaseId, view: &dyn View) -> Result<Option<(ReleaseSpec, Vec<Recorded>)>, StoreProblem> {
    let key = key(id);
    view.entry(Tree::History, &key)?.map(|bytes| read_row(&key, &bytes)).transpose()
}

/// What a row says of a release that is over.
pub(super) fn read_row(key: &[u8], bytes: &[u8]) -> Result<(ReleaseSpec, Vec<Recorded>), StoreProblem> {
    let folded: FoldedRelease = format::decode(Tree::History, key, bytes)?;
    folded.unfolded().map_err(|why| StoreProblem::Unreadable {
        tree: Tree::History.name(),
        key: format::readable(key),
        why,
    })
}

impl Writing {
    /// Makes one row of all that is stored of a release.
    pub(super) fn fold(&mut self, release: &Release) -> Result<(), StoreProblem> {
        let key = key(release.spec.id);
        let row = FoldedRelease::of(release).map_err(|why| StoreProblem::Unwritable {
            tree: Tree::History.name(),
            key: format::readable(&key),
            why,
        })?;
        self.put(Tree::History, &key, &row)?;
        self.remove(Tree::Releases, &key);
        for (fact, _) in self.entries(Tree::Facts, &key)? {
            self.remove(Tree::Facts, &fact);
        }
        Ok(())
    }
}

/// Under which key a release lies.
pub(super) fn key(id: ReleaseId) -> [u8; 8] {
    id.0.to_be_bytes()
}

/// Which release lies under a key.
pub(super) fn id_of(key: &[u8]) -> Option<ReleaseId> {
    Some(ReleaseId(u64::from_be_bytes(key.try_into().ok()?)))
}
