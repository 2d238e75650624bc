//! How an entry stands on disk: JSON in an envelope that says in which format.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    StoreProblem, Tree,
    trees::{Entries, Trees},
};
use crate::domain::hex;

/// The format of a single entry that this program writes, and the only one it reads.
const ENTRY_FORMAT: u32 = 1;

/// Where the store says in which format its trees are laid out.
pub(super) const SCHEMA_VERSION: &[u8] = b"schema_version";

/// The first layout with long entries in pieces.
pub(super) const PIECES: u32 = 3;

/// The layout that this program writes.
pub(super) const SCHEMA: u32 = 5;

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    v: u32,
    d: T,
}

/// Only what every envelope has, whatever is in it.
#[derive(Deserialize)]
struct AnyEnvelope {
    v: u32,
}

pub(super) fn encode<T: Serialize>(tree: Tree, key: &[u8], value: &T) -> Result<Vec<u8>, StoreProblem> {
    serde_json::to_vec(&Envelope { v: ENTRY_FORMAT, d: value }).map_err(|problem| StoreProblem::Unwritable {
        tree: tree.name(),
        key: readable(key),
        why: problem.to_string(),
    })
}

pub(super) fn decode<T: DeserializeOwned>(tree: Tree, key: &[u8], bytes: &[u8]) -> Result<T, StoreProblem> {
    let unreadable = |why: String| StoreProblem::Unreadable { tree: tree.name(), key: readable(key), why };
    let AnyEnvelope { v } = serde_json::from_slice(bytes).map_err(|problem| unreadable(problem.to_string()))?;
    if v > ENTRY_FORMAT {
        let what = format!("the entry {} in {}", readable(key), tree.name());
        return Err(StoreProblem::NewerFormat { what, found: v, known: ENTRY_FORMAT });
    }
    if v < ENTRY_FORMAT {
        return Err(unreadable(format!("there never was a format {v}")));
    }
    let envelope: Envelope<T> = serde_json::from_slice(bytes).map_err(|problem| unreadable(problem.to_string()))?;
    Ok(envelope.d)
}

pub(super) fn decode_all<T: DeserializeOwned>(tree: Tree, found: Entries) -> Result<Vec<(Vec<u8>, T)>, StoreProblem> {
    let each = found.into_iter().map(|(key, bytes)| decode(tree, &key, &bytes).map(|value| (key, value)));
    each.collect()
}

/// Refuses a layout that this program does not know.
pub(super) fn check_schema(found: u32) -> Result<(), StoreProblem> {
    match found {
        0 => Err(StoreProblem::Unreadable {
            tree: Tree::Meta.name(),
            key: readable(SCHEMA_VERSION),
            why: "there never was a layout 0".into(),
        }),
        1..=SCHEMA => Ok(()),
        _ => Err(StoreProblem::NewerFormat { what: "the store".into(), found, known: SCHEMA }),
    }
}

/// Whether a store has the layout that this program writes.
pub(super) fn is_current(trees: &Trees) -> Result<bool, StoreProblem> {
    let found = trees.get(Tree::Meta, SCHEMA_VERSION)?;
    Ok(found.map(|bytes| decode::<u32>(Tree::Meta, SCHEMA_VERSION, &bytes)).transpose()? == Some(SCHEMA))
}

/// A key for a person's eyes.
pub(super) fn readable(key: &[u8]) -> String {
    match std::str::from_utf8(key) {
        Ok(text) if !text.chars().any(char::is_control) => format!("`{text}`"),
        _ => format!("0x{}", hex::encoded(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_another_format_is_refused() {
        let read = |bytes: &[u8]| decode::<u64>(Tree::Facts, b"r1/7", bytes);
        assert_eq!(read(br#"{"v":1,"d":5}"#), Ok(5));
        let newer = read(br#"{"v":2,"words":["other"]}"#).map_err(|problem| problem.to_string());
        let sentence = "the entry `r1/7` in facts has format 2, and this Shipmate knows no format above 1: \
                        start the newer Shipmate again, or restore a backup from before it ran";
        assert_eq!(newer, Err(sentence.into()));
        for broken in [&br#"{"v":0,"d":5}"#[..], br#"{"v":1,"d":"five"}"#, br#"{"d":5}"#, b"", b"\0\0"] {
            assert!(matches!(read(broken), Err(StoreProblem::Unreadable { .. })));
        }
    }

    #[test]
    fn keys_are_shown_readable() {
        assert_eq!(readable(b"r1/7"), "`r1/7`");
        assert_eq!(readable(&[0, 255]), "0x00ff");
    }
}
