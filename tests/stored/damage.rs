//! Files that lost something are noticed, and left alone.

use std::{collections::BTreeMap, fs, path::Path};

use shipmate::store::{Store, StoreProblem, Tree};
use tempfile::TempDir;

use super::{block_on, child::write_next};

/// A store with a past: several starts, many overwritten entries, so that the log's segments were used more than once.
pub(super) fn seasoned(folder: &Path) {
    block_on(async {
        for start in 0..4_u64 {
            let store = Store::open(folder).unwrap();
            for round in 0..12_u64 {
                let write = store.write(move |writing| {
                    for number in 0..150_u64 {
                        let key = format!("{start}/{number:03}");
                        writing.put(Tree::Cards, key.as_bytes(), &(round, "overwritten ".repeat(60)))?;
                    }
                    let key = format!("{start}/{round:03}");
                    writing.put(Tree::Facts, key.as_bytes(), &"kept".repeat(200))
                });
                write.await.map_err(|problem: StoreProblem| problem).unwrap();
            }
            store.close().await.unwrap();
        }
    });
}

/// Every entry, to compare.
pub(super) type Contents = Vec<(Vec<u8>, serde_json::Value)>;

pub(super) fn contents(store: &Store) -> Contents {
    Tree::ALL.iter().filter(|tree| **tree != Tree::Meta).flat_map(|tree| store.scan(*tree, b"").unwrap()).collect()
}

/// Every file's bytes, but for the lock: it is made before anything is looked at.
pub(super) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let each = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = each.filter(|path| path.is_file() && !path.ends_with("shipmate.lock"));
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

pub(super) fn copy_of(folder: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for (name, bytes) in files(folder) {
        fs::write(copy.path().join(name), bytes).unwrap();
    }
    copy
}

/// The sentence with which opening ends, having changed nothing.
pub(super) fn refused(folder: &Path) -> String {
    let before = files(folder);
    let problem = Store::open(folder).err().expect("the store opened").to_string();
    assert_eq!(before.keys().collect::<Vec<_>>(), files(folder).keys().collect::<Vec<_>>());
    assert!(before == files(folder), "opening changed a file: {problem}");
    assert!(!problem.contains('\n'), "more than one sentence: {problem}");
    problem
}

#[test]
fn whatever_a_file_loses_is_noticed_or_was_nothing() {
    let original = TempDir::new().unwrap();
    seasoned(original.path());
    let expected = contents(&Store::open(original.path()).unwrap());
    let length = fs::metadata(original.path().join("db")).unwrap().len();
    let (mut noticed, mut harmless) = (0, 0);
    let mut damage = |break_it: &dyn Fn(&Path), what: String| {
        let folder = copy_of(original.path());
        break_it(folder.path());
        let before = files(folder.path());
        match Store::open(folder.path()) {
            Ok(store) => {
                assert!(contents(&store) == expected, "{what}: lost without a word");
                harmless += 1;
            }
            Err(problem) => {
                assert!(matches!(problem, StoreProblem::Damaged { .. }), "{what}: {problem}");
                assert!(before == files(folder.path()), "{what}: opening changed a file");
                noticed += 1;
            }
        }
    };
    for step in 0..18 {
        let cut = length * step / 18 + step % 3;
        let shorten = |name: &str, folder: &Path| {
            fs::OpenOptions::new().write(true).open(folder.join(name)).unwrap().set_len(cut).unwrap();
        };
        damage(&|folder| shorten("db", folder), format!("cut to {cut} of {length} bytes"));
        // Without its snapshot, sled takes whatever the log still holds.
        let without_snapshot = |folder: &Path| {
            shorten("db", folder);
            for name in files(folder).keys().filter(|name| name.starts_with("snap.")) {
                fs::remove_file(folder.join(name)).unwrap();
            }
        };
        damage(&without_snapshot, format!("cut to {cut} of {length} bytes, and no snapshot"));
        let zero = |folder: &Path| {
            let mut bytes = fs::read(folder.join("db")).unwrap();
            let end = (cut as usize + 64).min(bytes.len());
            bytes[cut as usize..end].fill(0);
            fs::write(folder.join("db"), bytes).unwrap();
        };
        damage(&zero, format!("64 zeroes at {cut} of {length} bytes"));
    }
    println!("{} ways to damage a store: {noticed} refused, {harmless} without harm, 0 silent", noticed + harmless);
    assert!(noticed > 20);
}

#[test]
fn a_lost_or_older_log_is_noticed() {
    let folder = TempDir::new().unwrap();
    seasoned(folder.path());
    let older = copy_of(folder.path());
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write_next(&store, 1, 10).await.unwrap();
        store.close().await.unwrap();
    });
    // A whole and sound log, only from before the last write.
    let replaced = copy_of(older.path());
    fs::copy(folder.path().join("shipmate.mark"), replaced.path().join("shipmate.mark")).unwrap();
    let sentence = refused(replaced.path());
    assert!(sentence.contains("50 commits were acknowledged and only 49 are left"), "{sentence}");
    assert!(sentence.contains("restore it from a backup"), "{sentence}");

    fs::remove_file(older.path().join("db")).unwrap();
    let sentence = refused(older.path());
    assert!(sentence.contains("it is gone, and 49 commits with it"), "{sentence}");

    fs::write(folder.path().join("shipmate.mark"), "commit 4").unwrap();
    drop(Store::open(folder.path()).expect("a mark may lag behind: a kill can come before it moves"));
    let moved_up = fs::read_to_string(folder.path().join("shipmate.mark")).unwrap();
    assert_eq!(moved_up, "commit 00000000000000000050\n");
    fs::write(folder.path().join("shipmate.mark"), [0; 28]).unwrap();
    assert!(refused(folder.path()).contains("file shipmate.mark"));
}

#[test]
fn a_mark_at_zero_does_not_delete_what_was_written() {
    let folder = TempDir::new().unwrap();
    seasoned(folder.path());
    fs::write(folder.path().join("shipmate.mark"), format!("commit {:020}\n", 0)).unwrap();
    let sentence = refused(folder.path());
    assert!(sentence.contains("nothing was ever acknowledged, and the log beside it holds 49 commits"), "{sentence}");
    assert!(sentence.contains("(file shipmate.mark)") && sentence.contains("restore it from a backup"), "{sentence}");

    // The same with a log that sled itself cannot open.
    let log = folder.path().join("db");
    let mut bytes = fs::read(&log).unwrap();
    bytes[..4_096].fill(0);
    fs::write(&log, bytes).unwrap();
    let sentence = refused(folder.path());
    assert!(sentence.contains("the log beside it holds 49 commits"), "{sentence}");

    // Two commits are the least that shows that somebody was told.
    let small = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(small.path()).unwrap();
        write_next(&store, 1, 10).await.unwrap();
        store.close().await.unwrap();
    });
    fs::write(small.path().join("shipmate.mark"), "commit 0").unwrap();
    let sentence = refused(small.path());
    assert!(sentence.contains("the log beside it holds 2 commits"), "{sentence}");

    // What a kill leaves while a store is created: nobody was told anything, and the next start begins again.
    for log in [&b""[..], &[0; 700], b"a torn beginning"] {
        let unborn = TempDir::new().unwrap();
        fs::write(unborn.path().join("shipmate.mark"), "commit 0").unwrap();
        fs::write(unborn.path().join("db"), log).unwrap();
        assert_eq!(contents(&Store::open(unborn.path()).unwrap()), []);
    }
    let born = TempDir::new().unwrap();
    drop(Store::open(born.path()).unwrap());
    fs::write(born.path().join("shipmate.mark"), "commit 0").unwrap();
    assert_eq!(contents(&Store::open(born.path()).unwrap()), []);
}

#[test]
fn a_folder_that_was_used_is_not_taken_for_a_new_one() {
    let folder = TempDir::new().unwrap();
    seasoned(folder.path());
    for gone in [&["db", "shipmate.mark"][..], &["db", "shipmate.mark", "conf"]] {
        let copy = copy_of(folder.path());
        gone.iter().for_each(|name| fs::remove_file(copy.path().join(name)).unwrap());
        let sentence = refused(copy.path());
        assert!(sentence.contains("it is gone, and the mark with it, though the folder was used"), "{sentence}");
        assert!(sentence.contains("restore it from a backup"), "{sentence}");
    }
    // A lock is no sign of use, nor is half a mark: a start makes them before anything else.
    let fresh = TempDir::new().unwrap();
    fs::write(fresh.path().join("shipmate.lock"), "").unwrap();
    fs::write(fresh.path().join("shipmate.mark.new"), "commit").unwrap();
    assert_eq!(contents(&Store::open(fresh.path()).unwrap()), []);
}

#[test]
fn left_over_and_broken_snapshots_do_no_harm() {
    let folder = TempDir::new().unwrap();
    seasoned(folder.path());
    let expected = contents(&Store::open(folder.path()).unwrap());
    let snapshot = files(folder.path()).into_keys().find(|name| name.starts_with("snap.")).unwrap();
    let bytes = fs::read(folder.path().join(&snapshot)).unwrap();
    for (name, bytes) in [
        (format!("{snapshot}.generating"), &bytes[..bytes.len() / 2]),
        (snapshot.clone(), &bytes[..bytes.len() / 2]),
        (snapshot.clone(), &[]),
        ("snap.FFFFFFFFFFFFFFFF".into(), &bytes[..1]),
    ] {
        let copy = copy_of(folder.path());
        fs::write(copy.path().join(name), bytes).unwrap();
        assert!(contents(&Store::open(copy.path()).unwrap()) == expected);
        assert!(contents(&Store::open(copy.path()).unwrap()) == expected);
    }
}
