//! The sum of everything stored, kept along with every commit, by which a start notices what a disk lost.
//!
//! sled checks each page that it finds, but a page that is gone can leave an older one in its place without a word.

use serde::{Deserialize, Serialize};

use super::{
    StoreProblem, Tree, format,
    trees::{Changes, Trees},
};

/// Where the checksum of the last commit lies; itself not counted.
const TALLY: &[u8] = b"tally";

/// How a checksum begins on disk, right before the number of its commit. In a text the quotation marks would be escaped.
const TRACE: &[u8] = br#"{"v":1,"d":{"commit":"#;

/// How many commits there were, and what is there since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checksum {
    /// The number of the last commit; the first has 1.
    pub(super) commit: u64,
    /// How many entries there are.
    entries: u64,
    /// The sum of their prints, modulo 2^64, whatever their order.
    sum: u64,
}

impl Checksum {
    /// What the last commit left, `None` if there never was one.
    pub(super) fn recorded(trees: &Trees) -> Result<Option<Self>, StoreProblem> {
        let found = trees.get(Tree::Meta, TALLY)?;
        found.map(|bytes| format::decode(Tree::Meta, TALLY, &bytes)).transpose()
    }

    /// The checksum that a row is, if it is that one.
    pub(super) fn read(tree: Tree, key: &[u8], value: &[u8]) -> Result<Option<Self>, StoreProblem> {
        if (tree, key) != (Tree::Meta, TALLY) {
            return Ok(None);
        }
        format::decode(tree, key, value).map(Some)
    }

    /// Whether this is what was counted.
    pub(super) fn is_of(&self, counted: &Self) -> bool {
        Self { commit: self.commit, ..*counted } == *self
    }

    /// The last commit of which a log bears a trace, or 0: its bytes hold the tallies as they were written, also where sled
    /// cannot make sense of them any more.
    pub(super) fn last_trace(log: &[u8]) -> u64 {
        let traces = log.windows(TRACE.len()).enumerate().filter(|(_, bytes)| *bytes == TRACE);
        let numbers = traces.map(|(at, _)| {
            let digits = log[at + TRACE.len()..].iter().take(20).take_while(|byte| byte.is_ascii_digit());
            digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
        });
        numbers.max().unwrap_or(0)
    }

    /// Whether what is there now is what the commit left: reads everything.
    pub(super) fn holds(&self, trees: &Trees) -> Result<bool, StoreProblem> {
        let mut counted = Self { commit: self.commit, ..Self::default() };
        for tree in Tree::ALL {
            for entry in trees.all(tree) {
                let (key, value) = entry?;
                if (tree, key.as_slice()) != (Tree::Meta, TALLY) {
                    counted.add(tree, &key, &value);
                }
            }
        }
        Ok(counted == *self)
    }

    /// The checksum after one more commit with `changes`, to which it adds itself.
    pub(super) fn after(mut self, trees: &Trees, changes: &mut Changes) -> Result<Self, StoreProblem> {
        self.commit += 1;
        for ((tree, key), value) in changes.iter() {
            if let Some(old) = trees.get(*tree, key)? {
                self.entries = self.entries.wrapping_sub(1);
                self.sum = self.sum.wrapping_sub(print(*tree, key, &old));
            }
            if let Some(new) = value {
                self.add(*tree, key, new);
            }
        }
        let record = format::encode(Tree::Meta, TALLY, &self)?;
        changes.insert((Tree::Meta, TALLY.to_vec()), Some(record));
        Ok(self)
    }

    /// Counts one entry more.
    pub(super) fn add(&mut self, tree: Tree, key: &[u8], value: &[u8]) {
        self.entries = self.entries.wrapping_add(1);
        self.sum = self.sum.wrapping_add(print(tree, key, value));
    }
}

/// A number that differs when an entry differs (FNV-1a, then mixed as in SplitMix64 so that sums spread).
fn print(tree: Tree, key: &[u8], value: &[u8]) -> u64 {
    let parts = [tree.name().as_bytes(), &(key.len() as u64).to_le_bytes(), key, value];
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let mut print = start;
    for part in parts {
        for byte in part {
            print = (print ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    print = (print ^ (print >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    print = (print ^ (print >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    print ^ (print >> 31)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_log_bears_the_trace_of_its_last_commit() {
        let written = |commit| format::encode(Tree::Meta, TALLY, &Checksum { commit, ..Checksum::default() }).unwrap();
        let text = format::encode(Tree::Facts, b"a", &String::from_utf8(written(9)).unwrap()).unwrap();
        for (log, expected) in [
            (vec![], 0),
            (vec![b"\0\0".to_vec(), TRACE.to_vec()], 0),
            (vec![written(1)], 1),
            (vec![b"..".to_vec(), written(7), b"\xff".to_vec(), written(12), written(11)], 12),
            (vec![text, written(2)], 2),
            (vec![written(u64::MAX)], u64::MAX),
        ] {
            assert_eq!(Checksum::last_trace(&log.concat()), expected);
        }
    }
}
