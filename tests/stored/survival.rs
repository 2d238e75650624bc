//! What was acknowledged outlives `kill -9` and a full disk.

use std::{collections::BTreeSet, path::Path};

use shipmate::store::{Store, Tree};
use tempfile::TempDir;

use super::child::{WRITERS, entry, listen, start};

/// Opens what a child left and checks that every acknowledged write is whole, and every other one whole or absent.
pub(super) fn check(folder: &Path, acknowledged: &BTreeSet<(u64, u64)>) {
    let store = Store::open(folder).unwrap();
    let facts: BTreeSet<Vec<u8>> =
        store.scan::<String>(Tree::Facts, b"").unwrap().into_iter().map(|(key, _)| key).collect();
    let releases: BTreeSet<Vec<u8>> =
        store.scan::<u64>(Tree::Releases, b"").unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(facts, releases, "a write is there by half");
    let lost = acknowledged.iter().filter(|(writer, number)| !facts.contains(entry(*writer, *number).as_bytes()));
    assert_eq!(lost.count(), 0, "acknowledged writes are lost");
    for writer in 0..WRITERS {
        let last: Option<u64> = store.get(Tree::Meta, format!("number/writer {writer}").as_bytes()).unwrap();
        let count =
            facts.range(entry(writer, 0).into_bytes()..=entry(writer, u64::from(u32::MAX)).into_bytes()).count();
        assert_eq!(last.unwrap_or(0), count as u64, "writer {writer} has a hole");
        let card: Option<u64> = store.get(Tree::Cards, entry(writer, 0).as_bytes()).unwrap();
        assert_eq!(last, card);
    }
}

#[test]
fn fifty_kills_lose_no_acknowledged_write() {
    let folder = TempDir::new().unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..50_usize {
        let mut child = start(if round % 4 == 3 { "fill" } else { "write" }, folder.path(), "");
        let said = match round % 5 {
            // While it opens, and at once when it has.
            0 => listen(&mut child, |line, _| line == "opening"),
            1 => listen(&mut child, |line, _| line == "open"),
            _ => listen(&mut child, |_, count| count >= round * 37 % 150),
        };
        assert_eq!(said.refused, Vec::<String>::new());
        acknowledged.extend(said.acknowledged);
        check(folder.path(), &acknowledged);
    }
    println!("50 rounds, {} acknowledged writes, 0 lost", acknowledged.len());
    assert!(acknowledged.len() > 1_000);
}

#[test]
fn a_full_disk_ends_in_one_sentence_and_loses_nothing_acknowledged() {
    // In blocks of 512 bytes. sled writes segments of 1,024 blocks: the limits fall before, at and after their ends.
    for limit in [1, 300, 1_023, 2_047, 3_071, 4_095, 4_096, 5_000] {
        let folder = TempDir::new().unwrap();
        let mut child = start("fill", folder.path(), &format!("trap '' XFSZ; ulimit -f {limit};"));
        let said = listen(&mut child, |_, _| false);
        let [sentence] = said.refused.as_slice() else { panic!("limit {limit}: not one sentence: {:?}", said.refused) };
        assert!(sentence.contains("is full") && sentence.contains("make room"), "{sentence}");
        check(folder.path(), &said.acknowledged.into_iter().collect());
    }
}
