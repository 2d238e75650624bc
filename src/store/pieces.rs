//! Keeps entries small on disk: a long value lies in pieces in a tree of their own, a long key is cut.
//!
//! sled writes a leaf with all its entries at once, up to 20 of them. A leaf of over 128 KiB goes not into the log but into
//! a file of its own under `blobs/`, which sled neither syncs nor removes in step with the log: after a power cut the log
//! points at nothing there. With entries of the sizes below no leaf and no index comes near that size.

use std::borrow::Cow;

use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use sled::{Batch, IVec};

/// An entry as it was put: its key, and its value in bytes.
pub(super) type StoredEntry = (Vec<u8>, IVec);

/// The longest value that lies in its own tree, and the size of a piece, in bytes.
const PIECE: usize = 4096;

/// The longest key as it is on disk, in bytes: an index of sled's holds up to 320 of them.
const LONGEST_KEY: usize = 384;

/// Where the entry of `key` lies: a long key is cut, and its digest tells it from others with the same beginning.
pub(super) fn place(key: &[u8]) -> Cow<'_, [u8]> {
    if key.len() <= LONGEST_KEY {
        return key.into();
    }
    [&key[..LONGEST_KEY - SHA256_OUTPUT_LEN], digest(&SHA256, key).as_ref()].concat().into()
}

/// Where the entries lie whose keys start with `prefix`, and perhaps a few more.
pub(super) fn prefix_of_places(prefix: &[u8]) -> &[u8] {
    &prefix[..prefix.len().min(LONGEST_KEY - SHA256_OUTPUT_LEN)]
}

/// What lies in the place of an entry that was cut. An entry that was not begins with `{`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct PieceHead {
    /// Under which number the pieces lie.
    id: u64,
    /// How many there are.
    count: u32,
    /// How many bytes of them, at the beginning, are the key; none when the key is short.
    key: usize,
}

impl PieceHead {
    fn read(stored: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(stored.strip_prefix(b"pieces ")?).ok()?;
        let mut numbers = text.split(' ');
        let id = numbers.next()?.parse().ok()?;
        let (count, key) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        Some(Self { id, count, key })
    }

    fn stored(self) -> Vec<u8> {
        format!("pieces {} {} {}", self.id, self.count, self.key).into_bytes()
    }

    /// The key of one piece.
    fn piece(self, number: u32) -> [u8; 12] {
        let mut key = [0; 12];
        key[..8].copy_from_slice(&self.id.to_be_bytes());
        key[8..].copy_from_slice(&number.to_be_bytes());
        key
    }
}

/// The tree in which the pieces lie.
#[derive(Clone)]
pub(super) struct Pieces(pub(super) sled::Tree);

impl Pieces {
    /// The tree's name on disk.
    pub(super) const NAME: &str = "pieces";

    /// An entry as it was put, from its place and what is stored there; `None` when pieces of it are missing.
    pub(super) fn whole(&self, place: IVec, stored: IVec) -> sled::Result<Option<StoredEntry>> {
        let Some(head) = PieceHead::read(&stored) else { return Ok(Some((place.to_vec(), stored))) };
        let (mut bytes, mut found) = (Vec::new(), 0);
        for piece in self.0.range(head.piece(0)..head.piece(head.count)) {
            bytes.extend_from_slice(&piece?.1);
            found += 1;
        }
        if found != head.count || bytes.len() < head.key {
            return Ok(None);
        }
        let value = bytes.split_off(head.key).into();
        Ok(Some((if head.key == 0 { place.to_vec() } else { bytes }, value)))
    }

    /// Begins a write.
    pub(super) fn cutting(&self) -> sled::Result<Cutting> {
        let last = self.0.last()?.and_then(|(key, _)| key.get(..8)?.try_into().ok());
        let next = last.map_or(0, |last| u64::from_be_bytes(last) + 1);
        Ok(Cutting { next, pieces: Batch::default(), changed: false })
    }
}

/// What one write does to the pieces.
pub(super) struct Cutting {
    next: u64,
    pieces: Batch,
    changed: bool,
}

impl Cutting {
    /// What is to be stored in the place of an entry, in which `before` was.
    pub(super) fn cut(&mut self, key: &[u8], value: Vec<u8>, before: Option<&IVec>) -> Vec<u8> {
        let long = key.len() > LONGEST_KEY;
        if !long && value.len() <= PIECE {
            self.remove(before);
            return value;
        }
        let bytes = if long { [key, &value].concat() } else { value };
        let count = bytes.chunks(PIECE).len() as u32;
        let before = before.and_then(|stored| PieceHead::read(stored));
        let head =
            PieceHead { id: before.map_or(self.next, |head| head.id), count, key: if long { key.len() } else { 0 } };
        self.next = self.next.max(head.id + 1);
        for (number, piece) in (0..).zip(bytes.chunks(PIECE)) {
            self.pieces.insert(&head.piece(number), piece);
        }
        for surplus in count..before.map_or(0, |head| head.count) {
            self.pieces.remove(&head.piece(surplus));
        }
        self.changed = true;
        head.stored()
    }

    /// Removes the pieces of what was stored in the place of an entry.
    pub(super) fn remove(&mut self, before: Option<&IVec>) {
        let Some(head) = before.and_then(|stored| PieceHead::read(stored)) else { return };
        (0..head.count).for_each(|number| self.pieces.remove(&head.piece(number)));
        self.changed |= head.count > 0;
    }

    /// The changes to the tree of pieces, if there are any.
    pub(super) fn changes(self) -> Option<Batch> {
        self.changed.then_some(self.pieces)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tempfile::TempDir;

    use super::super::{Tree, trees::Trees};
    use super::*;

    /// Puts what is listed under one key, one after another, and says after each how many pieces there are.
    fn pieces_after(key: &[u8], values: &[Option<usize>]) -> Vec<usize> {
        let folder = TempDir::new().unwrap();
        let trees = Trees::of(folder.path(), sled::open(folder.path()).unwrap()).unwrap();
        let other = (Tree::Facts, b"other".to_vec());
        trees.apply([(other, Some(vec![b'o'; 3 * PIECE]))].into()).unwrap();
        let put = |length: &Option<usize>| {
            let value = length.map(|length| (0..length).map(|number| number as u8 | 128).collect::<Vec<_>>());
            trees.apply([((Tree::Facts, key.to_vec()), value.clone())].into()).unwrap();
            assert_eq!(trees.get(Tree::Facts, key).unwrap().map(|found| found.to_vec()), value);
            assert_eq!(trees.scan(Tree::Facts, key).unwrap().len(), usize::from(value.is_some()));
            assert_eq!(trees.get(Tree::Facts, b"other").unwrap().unwrap().len(), 3 * PIECE);
            trees.pieces.0.len() - 3
        };
        values.iter().map(put).collect()
    }

    #[test]
    fn an_entry_has_the_pieces_that_it_needs_and_no_others() {
        let sizes = [1, PIECE, PIECE + 1, 10 * PIECE, 2 * PIECE, 5].map(Some);
        let values = [&sizes[..], &[None, Some(3 * PIECE), None, None]].concat();
        assert_eq!(pieces_after(b"r1/7", &values), [0, 0, 2, 10, 2, 0, 0, 3, 0, 0]);
        assert_eq!(pieces_after(&[b'k'; LONGEST_KEY], &values), [0, 0, 2, 10, 2, 0, 0, 3, 0, 0]);
        // A long key lies in front of its value.
        assert_eq!(pieces_after(&[b'k'; LONGEST_KEY + 1], &values), [1, 2, 2, 11, 3, 1, 0, 4, 0, 0]);
        assert_eq!(pieces_after(&[b'k'; 2 * PIECE], &[Some(1), None]), [3, 0]);
    }

    #[test]
    fn a_head_is_read_as_it_was_stored_and_nothing_else_is_one() {
        let head = PieceHead { id: u64::MAX, count: 7, key: 500 };
        assert_eq!(PieceHead::read(&head.stored()), Some(head));
        for other in [&b"{\"v\":1}"[..], b"pieces", b"pieces 1 2", b"pieces 1 2 x", b"pieces -1 2 3", b"", b"\0\xff"] {
            assert_eq!(PieceHead::read(other), None);
        }
    }

    #[test]
    fn a_missing_piece_is_noticed() {
        let folder = TempDir::new().unwrap();
        let trees = Trees::of(folder.path(), sled::open(folder.path()).unwrap()).unwrap();
        trees.apply([((Tree::Facts, b"a".to_vec()), Some(vec![1; 3 * PIECE]))].into()).unwrap();
        trees.pieces.0.pop_max().unwrap();
        let sentence = trees.get(Tree::Facts, b"a").unwrap_err().to_string();
        assert!(sentence.contains("a piece of an entry is missing"), "{sentence}");
    }

    #[test]
    fn long_keys_are_told_apart_and_found_by_their_beginnings() {
        let folder = TempDir::new().unwrap();
        let trees = Trees::of(folder.path(), sled::open(folder.path()).unwrap()).unwrap();
        let keys: Vec<Vec<u8>> =
            (0..30).map(|number| format!("{}{number:02}", "k".repeat(LONGEST_KEY)).into_bytes()).collect();
        let changes = keys.iter().map(|key| ((Tree::Facts, key.clone()), Some(key[LONGEST_KEY..].to_vec())));
        trees.apply(changes.collect()).unwrap();
        for (prefix, expected) in [("k".repeat(3), 30), (format!("{}1", "k".repeat(LONGEST_KEY)), 10)] {
            let mut found = trees.scan(Tree::Facts, prefix.as_bytes()).unwrap();
            found.sort();
            assert_eq!(found.len(), expected);
            assert!(found.iter().all(|(key, value)| keys.contains(key) && key.ends_with(value)));
        }
        let mut found = trees.keys(Tree::Facts, std::ops::Bound::Unbounded, 100).unwrap();
        found.sort();
        assert_eq!(found, keys);
        // Walking from key to key meets each once, in whatever order.
        let (mut from, mut met) = (std::ops::Bound::Unbounded, Vec::new());
        while let Some(key) = trees.keys(Tree::Facts, from, 1).unwrap().pop() {
            met.push(key.clone());
            from = std::ops::Bound::Excluded(key);
        }
        met.sort();
        assert_eq!(met, keys);
    }
}
