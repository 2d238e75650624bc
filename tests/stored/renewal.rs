//! A store of an older layout, with entries outside sled's log, is written anew when it is opened.

use std::{collections::BTreeMap, fs, path::Path};

use shipmate::store::{Store, Tree};
use tempfile::TempDir;

use super::{
    block_on,
    child::write_next,
    damage::{Contents, contents, files, refused},
    power::{large_writes, outside},
    refusals::bare_sled,
};

/// Makes a store as layout 2 had it: every entry whole in its tree, however long. Says what is in it.
pub(super) fn of_layout_2(folder: &Path) -> Contents {
    let rows = large_writes().into_iter().flat_map(|(tree, rows)| rows.into_iter().map(move |row| (tree, row)));
    let rows = rows.map(|(tree, (key, value))| ((tree, key.into_bytes()), serde_json::Value::from(value)));
    let mut entries: BTreeMap<(Tree, Vec<u8>), serde_json::Value> = rows.collect();
    entries.insert((Tree::Meta, b"schema_version".to_vec()), 2.into());
    let database = bare_sled(folder);
    let mut sum = 0_u64;
    for ((tree, key), value) in &entries {
        let value = serde_json::json!({"v": 1, "d": value}).to_string().into_bytes();
        sum = sum.wrapping_add(print(&[tree.name().as_bytes(), &(key.len() as u64).to_le_bytes(), key, &value]));
        database.open_tree(tree.name()).unwrap().insert(key, value).unwrap();
    }
    let tally = format!(r#"{{"v":1,"d":{{"commit":7,"entries":{},"sum":{sum}}}}}"#, entries.len());
    database.open_tree("meta").unwrap().insert("tally", tally.as_bytes()).unwrap();
    database.flush().unwrap();
    drop(database);
    // A second start makes a snapshot.
    drop(bare_sled(folder));
    // sled's threads work on for a moment, until they let go of the log.
    fs::File::open(folder.join("db")).unwrap().lock().unwrap();
    fs::write(folder.join("shipmate.mark"), format!("commit {:020}\n", 7)).unwrap();
    assert_ne!(outside(folder).len(), 0, "nothing lies outside the log");
    entries.remove(&(Tree::Meta, b"schema_version".to_vec()));
    entries.into_iter().map(|((_, key), value)| (key, value)).collect()
}

/// The print of an entry, as the tally sums it up: FNV-1a, then SplitMix64's finish.
fn print(parts: &[&[u8]]) -> u64 {
    let mut print = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.concat() {
        print = (print ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    print = (print ^ (print >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    print = (print ^ (print >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    print ^ (print >> 31)
}

/// Everything in a folder, also what lies in folders below.
fn copy_into(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_into(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The log and its snapshot, once sled's threads have let go of them.
fn sled_files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fs::File::open(folder.join("db")).unwrap().lock().unwrap();
    files(folder).into_iter().filter(|(name, _)| name == "db" || name.starts_with("snap.")).collect()
}

/// Opens what is there, and looks whether it is all there and safe.
#[track_caller]
fn check(folder: &Path, expected: &Contents) {
    let from = std::panic::Location::caller();
    block_on(async {
        let store = Store::open(folder).unwrap_or_else(|problem| panic!("{from}: {problem}"));
        assert!(contents(&store) == *expected, "not what was there");
        assert_eq!(store.get(Tree::Meta, b"schema_version").unwrap(), Some(5));
        store.close().await.unwrap();
    });
    assert_eq!(outside(folder).len(), 0, "something lies outside the log");
    assert!(!folder.join("renewing").exists() && !folder.join("renewed").exists());
}

#[test]
fn an_older_store_opens_and_nothing_lies_outside_its_log_any_more() {
    let folder = TempDir::new().unwrap();
    let expected = of_layout_2(folder.path());
    check(folder.path(), &expected);
    check(folder.path(), &expected);
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write_next(&store, 1, 10).await.unwrap();
        store.close().await.unwrap();
        assert_eq!(contents(&Store::open(folder.path()).unwrap()).len(), expected.len() + 3);
    });
}

#[test]
fn a_kill_while_a_store_is_written_anew_leaves_the_one_or_the_other() {
    let old = TempDir::new().unwrap();
    let expected = of_layout_2(old.path());
    let renewed = TempDir::new().unwrap();
    copy_into(old.path(), renewed.path());
    check(renewed.path(), &expected);
    let fresh = sled_files(renewed.path());
    // How far it was: what lies in a folder beside the old log, how much of it, what of the old one is gone already, and
    // whether the new snapshot is in its place.
    for (beside, part, gone, snapshot) in [
        ("renewing", 0, &[][..], false),
        ("renewing", 2, &[], false),
        ("renewing", 1, &[], false),
        ("renewed", 1, &[], false),
        ("renewed", 1, &["snap."], false),
        ("renewed", 1, &["snap.", "blobs"], false),
        ("renewed", 1, &["snap.", "blobs"], true),
    ] {
        println!("{beside}, one {part}th of it, {gone:?} gone, the new snapshot in its place: {snapshot}");
        let folder = TempDir::new().unwrap();
        copy_into(old.path(), folder.path());
        for entry in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()) {
            if gone.iter().any(|gone| entry.file_name().to_str().unwrap().starts_with(gone)) {
                let path = entry.path();
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
            }
        }
        fs::create_dir(folder.path().join(beside)).unwrap();
        for (name, bytes) in &fresh {
            let part = &bytes[..bytes.len().checked_div(part).unwrap_or(0)];
            fs::write(folder.path().join(beside).join(name), part).unwrap();
            if snapshot && name != "db" {
                fs::write(folder.path().join(name), part).unwrap();
            }
        }
        check(folder.path(), &expected);
    }
    // The fresh log in its place, and its folder left over.
    fs::create_dir(renewed.path().join("renewed")).unwrap();
    check(renewed.path(), &expected);
}

#[test]
fn an_older_store_that_lost_something_outside_its_log_is_refused() {
    let folder = TempDir::new().unwrap();
    of_layout_2(folder.path());
    for path in outside(folder.path()) {
        fs::write(path, "").unwrap();
    }
    assert!(refused(folder.path()).contains("is damaged"));
    assert!(!folder.path().join("renewed").exists());
}
