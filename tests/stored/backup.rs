//! A backup is whole and of one commit, whoever writes meanwhile; what is not whole is restored nowhere.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufReader, Write},
    path::Path,
    sync::{Arc, Mutex},
};

use chrono::DateTime;
use shipmate::store::{
    Store, Tree,
    backup::{back_up_at_rest, read_backup, restore},
};
use tempfile::TempDir;

use super::{
    block_on,
    child::{WRITERS, write_next},
    damage::{contents, files, seasoned},
    power::{Write as Rows, large_writes},
    survival::check,
};

/// Everything that occurs: overwritten entries, long ones, long keys, and keys that are no text.
fn furnished(folder: &Path) {
    seasoned(folder);
    block_on(async {
        let store = Store::open(folder).unwrap();
        for (tree, rows) in large_writes() as Vec<Rows> {
            let write = store.write(move |writing| {
                rows.iter().try_for_each(|(key, value)| writing.put(tree, key.as_bytes(), value))
            });
            write.await.map_err(|problem: shipmate::store::StoreProblem| problem).unwrap();
        }
        let odd = |writing: &mut shipmate::store::Writing| {
            writing.put(Tree::Cards, &[0xff, 0, 0xfe], "no text")?;
            writing.put(Tree::Cards, "\u{1}\n\",\"row\":{".as_bytes(), "a text that looks like more")
        };
        store.write::<_, shipmate::store::StoreProblem>(odd).await.unwrap();
        store.close().await.unwrap();
    });
}

/// A backup of a store that nobody uses.
fn backup_of(folder: &Path) -> Vec<u8> {
    let mut backup = vec![];
    back_up_at_rest(folder, DateTime::UNIX_EPOCH, &mut backup).unwrap();
    backup
}

/// Where a backup lies, and a folder for it that is not there yet.
fn place(backup: &[u8]) -> (TempDir, std::path::PathBuf, std::path::PathBuf) {
    let room = TempDir::new().unwrap();
    let file = room.path().join("backup.jsonl");
    fs::write(&file, backup).unwrap();
    let store = room.path().join("store");
    (room, file, store)
}

#[test]
fn what_is_restored_is_what_there_was() {
    let folder = TempDir::new().unwrap();
    furnished(folder.path());
    let before = files(folder.path());
    let backup = backup_of(folder.path());
    assert!(before == files(folder.path()), "the backup changed something");
    let store = Store::open(folder.path()).unwrap();
    let mut of_the_running = vec![];
    store.back_up(DateTime::UNIX_EPOCH, &mut of_the_running).unwrap();
    assert!(of_the_running == backup, "a store in use gives another backup");
    let (_room, file, restored) = place(&backup);
    restore(&file, &restored, DateTime::UNIX_EPOCH).unwrap();
    assert!(contents(&Store::open(&restored).unwrap()) == contents(&store));
}

#[test]
fn a_backup_is_of_one_commit_while_others_write() {
    let folder = TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(folder.path()).unwrap();
        let acknowledged: Arc<Mutex<BTreeSet<(u64, u64)>>> = Arc::default();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (store, acknowledged) = (store.clone(), acknowledged.clone());
                tokio::spawn(async move {
                    while let Ok(number) = write_next(&store, writer, 200).await {
                        acknowledged.lock().unwrap().insert((writer, number));
                    }
                })
            })
            .collect();
        let (mut commits, mut beside) = (BTreeSet::new(), 0);
        // A machine that does something else may let nobody write while one is made.
        while beside < 3 && commits.len() < 20 {
            while acknowledged.lock().unwrap().len() < (commits.len() + 1) * 150 {
                tokio::task::yield_now().await;
            }
            let (reader, known) = (store.clone(), acknowledged.lock().unwrap().clone());
            let written = tokio::task::spawn_blocking(move || {
                let mut backup = vec![];
                let end = reader.back_up(DateTime::UNIX_EPOCH, &mut backup).unwrap();
                (backup, end.commit)
            });
            let (backup, commit) = written.await.unwrap();
            let later = acknowledged.lock().unwrap().len();
            assert!(commits.insert(commit), "each is of a commit of its own");
            beside += usize::from(later > known.len());
            let (_room, file, restored) = place(&backup);
            restore(&file, &restored, DateTime::UNIX_EPOCH).unwrap();
            check(&restored, &known);
        }
        assert_eq!(beside, 3, "nobody wrote meanwhile");
        store.close().await.unwrap();
        futures::future::join_all(writers).await;
    });
}

/// The sentence with which a restore ends, having written nothing.
fn refused(backup: &[u8]) -> String {
    let (room, file, store) = place(backup);
    let sentence = restore(&file, &store, DateTime::UNIX_EPOCH).unwrap_err().to_string();
    assert!(!store.exists(), "something was written: {sentence}");
    assert!(!sentence.contains('\n'), "more than one sentence: {sentence}");
    sentence.replace(&room.path().display().to_string(), "…")
}

#[test]
fn what_is_not_as_it_was_made_is_refused() {
    let folder = TempDir::new().unwrap();
    furnished(folder.path());
    let backup = backup_of(folder.path());
    let cut = "…/backup.jsonl is cut: its last line is missing; nothing was restored, so take another backup";
    let none = "…/backup.jsonl is no backup of Shipmate's: its first line does not say so";
    for step in 1..40 {
        let at = backup.len() * step / 40;
        assert_eq!(refused(&backup[..at]), cut, "cut at {at}");
        let mut changed = backup.clone();
        changed[at] ^= 1;
        let sentence = refused(&changed);
        assert!(sentence.contains("was changed since it was made") || sentence == cut, "{sentence}");
    }
    assert_eq!(refused(&backup[..backup.len() - 1]), cut, "not even the last break of a line may be missing");
    assert_eq!((refused(b"").as_str(), refused(b"{}\n").as_str(), refused(&[0, 159]).as_str()), (none, none, none));
    let lines: Vec<&[u8]> = backup.split_inclusive(|byte| *byte == b'\n').collect();
    let (first, last) = (lines[0], lines.len() - 1);
    let with = |text: &str| [text.as_bytes(), &lines[1..].concat()].concat();
    let head = std::str::from_utf8(first).unwrap();
    let newer = "…/backup.jsonl was made by a newer Shipmate, ";
    for (part, other) in [("\"shipmate_backup\":1", "\"shipmate_backup\":2"), ("\"layout\":5", "\"layout\":6")] {
        assert!(head.contains(part), "{head}");
        let sentence = refused(&with(&head.replace(part, other)));
        assert!(sentence.starts_with(newer) && sentence.ends_with("restore it with that one"), "{sentence}");
    }
    let changed = "…/backup.jsonl was changed since it was made (";
    let swapped = [&lines[..1], &lines[2..3], &lines[1..2], &lines[3..]].concat().concat();
    let without = [&lines[..5], &lines[6..]].concat().concat();
    let twice = [&lines[..5], &lines[4..]].concat().concat();
    let more = [&lines[..], &[b"{}\n"]].concat().concat();
    let two = [&lines[..], &lines[last..]].concat().concat();
    for bytes in [with(&head.replace("1970", "1971")), swapped, without, twice, more, two] {
        let sentence = refused(&bytes);
        assert!(sentence.starts_with(changed), "{sentence}");
    }
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = TempDir::new().unwrap();
    seasoned(folder.path());
    let (_room, file, store) = place(&backup_of(folder.path()));
    let before = files(folder.path());
    let sentence = restore(&file, folder.path(), DateTime::UNIX_EPOCH).unwrap_err().to_string();
    assert!(sentence.contains(" is not empty, there is ") && sentence.contains("empty folder only"), "{sentence}");
    assert!(before == files(folder.path()));
    fs::create_dir(&store).unwrap();
    fs::write(store.join("notes.txt"), "theirs").unwrap();
    let sentence = restore(&file, &store, DateTime::UNIX_EPOCH).unwrap_err().to_string();
    assert!(sentence.contains("there is notes.txt"), "{sentence}");
    assert_eq!(files(&store).into_keys().collect::<Vec<_>>(), ["notes.txt"]);
    fs::remove_file(store.join("notes.txt")).unwrap();
    restore(&file, &store, DateTime::UNIX_EPOCH).unwrap();
}

#[test]
fn a_killed_restore_is_noticed_and_can_be_made_once_more() {
    let folder = TempDir::new().unwrap();
    seasoned(folder.path());
    let (_room, file, store) = place(&backup_of(folder.path()));
    // What a kill leaves: nothing yet, half a log, and a whole one with a mark that is not where it belongs yet.
    for left in [&[][..], &["restoring/db"], &["restoring/db", "shipmate.mark"]] {
        let killed = store.join(left.len().to_string());
        fs::create_dir_all(killed.join("restoring")).unwrap();
        for name in ["shipmate.lock"].iter().chain(left) {
            fs::File::create(killed.join(name)).unwrap().write_all(b"commit 00000000000000000009\n").unwrap();
        }
        let sentence = Store::open(&killed).err().unwrap().to_string();
        assert!(sentence.contains("did not come to its end: restore it there once more"), "{sentence}");
        restore(&file, &killed, DateTime::UNIX_EPOCH).unwrap();
        assert!(contents(&Store::open(&killed).unwrap()) == contents(&Store::open(folder.path()).unwrap()));
    }
}

#[test]
fn a_store_that_is_not_there_or_in_use_is_said_to_be() {
    let nothing = TempDir::new().unwrap();
    let refused = |folder: &Path| {
        let mut backup = vec![];
        let sentence = back_up_at_rest(folder, DateTime::UNIX_EPOCH, &mut backup).unwrap_err().to_string();
        assert!(backup.is_empty(), "something was written");
        sentence
    };
    assert!(refused(nothing.path()).starts_with("there is no store in "));
    assert_eq!(fs::read_dir(nothing.path()).unwrap().count(), 0);
    let store = Store::open(nothing.path()).unwrap();
    assert!(refused(nothing.path()).starts_with("another Shipmate is already running on "));
    let mut backup = vec![];
    store.back_up(DateTime::UNIX_EPOCH, &mut backup).unwrap();
    let (head, end) = read_backup(&mut BufReader::new(&backup[..]), "it", &mut |_, _, _| Ok(())).unwrap();
    assert_eq!((head.shipmate_backup, end.commit, end.rows), (1, 1, 2));
}
