//! The lines of a backup: what it is, one row each, and the end.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{domain::hex, store::Tree};

/// The version of backups that this program writes, and the newest that it reads.
pub(super) const VERSION: u32 = 1;
/// How the last line begins, and no other one.
pub(super) const END: &str = r#"{"end":"#;
/// How a line begins by which a running bot says why it does not go on.
pub(super) const PROBLEM: &str = r#"{"problem":"#;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHead {
    /// The version of the backup; it also tells that this is one.
    pub shipmate_backup: u32,
    /// How the store's trees were laid out.
    pub layout: u32,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// The version of the program that made it.
    pub program: String,
}

impl BackupHead {
    pub(super) fn of(layout: u32, made: DateTime<Utc>) -> Self {
        Self { shipmate_backup: VERSION, layout, made, program: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The last line, but for the word that tells it from rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupEnd {
    /// The number of the commit as of which the rows are.
    pub commit: u64,
    /// How many there are.
    pub rows: u64,
    /// The SHA-256 of everything before this line.
    pub sha256: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
pub(super) struct EndLine {
    pub(super) end: BackupEnd,
}

/// Why a running bot does not go on.
#[derive(Serialize, Deserialize)]
pub(super) struct ProblemLine {
    pub(super) problem: String,
}

/// One row. A key that is no text is written as hexadecimal digits.
#[derive(Serialize, Deserialize)]
pub(super) struct RowLine<'a> {
    #[serde(borrow)]
    tree: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<String>,
    #[serde(borrow)]
    row: &'a RawValue,
}

impl<'a> RowLine<'a> {
    /// A row as a line; `None` for a value that is not what this program writes.
    pub(super) fn of(tree: Tree, key: &[u8], value: &'a [u8]) -> Option<Self> {
        let row: &RawValue = serde_json::from_slice(value).ok()?;
        let key = String::from_utf8(key.to_vec()).map_err(|bytes| hex::encoded(bytes.as_bytes()));
        let (key, hex) = (key.clone().ok(), key.err());
        // A line is a line: no value of ours has a break in it.
        (!row.get().contains('\n')).then_some(Self { tree: tree.name().into(), key, hex, row })
    }

    /// What the line says, if it makes sense: the row's tree, key and value.
    pub(super) fn read(&self) -> Option<(Tree, Vec<u8>, &'a [u8])> {
        let tree = Tree::ALL.into_iter().find(|tree| tree.name() == self.tree)?;
        let key = match (&self.key, &self.hex) {
            (Some(key), None) => key.clone().into_bytes(),
            (None, Some(digits)) => hex::decoded(digits)?,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        Some((tree, key, self.row.get().as_bytes()))
    }
}
