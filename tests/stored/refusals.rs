//! A store that is in use, newer or foreign is refused in one sentence.

use std::io::{BufRead, BufReader};
use std::path::Path;

use shipmate::store::Store;
use tempfile::TempDir;

use super::{
    child::{listen, start},
    damage::refused,
};

#[test]
fn a_second_process_is_told_who_is_there() {
    let folder = TempDir::new().unwrap();
    let mut first = start("hold", folder.path(), "");
    let mut lines = BufReader::new(first.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "open"));
    let told = listen(&mut start("hold", folder.path(), ""), |_, _| false).refused;
    let place = folder.path().display();
    let sentence =
        format!("another Shipmate is already running on {place}: stop that one, or give this one a folder of its own");
    assert_eq!(told, std::slice::from_ref(&sentence));
    assert_eq!(Store::open(folder.path()).err().unwrap().to_string(), sentence);
    first.kill().unwrap();
    first.wait().unwrap();
    Store::open(folder.path()).unwrap();
}

/// sled without Shipmate. Its threads may hold on to a folder for a moment after it was closed.
pub(super) fn bare_sled(folder: &Path) -> sled::Db {
    loop {
        match sled::open(folder) {
            Err(sled::Error::Io(problem)) if problem.to_string().contains("acquire lock") => std::thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

#[test]
fn a_newer_or_foreign_store_is_refused() {
    for (key, value, expected) in [
        ("schema_version", r#"{"v":1,"d":6}"#, "the store has format 6, and this Shipmate knows no format above 5"),
        ("schema_version", r#"{"v":2,"d":{"major":7}}"#, "the entry `schema_version` in meta has format 2"),
        ("schema_version", r#"{"v":1,"d":0}"#, "there never was a layout 0"),
        ("schema_version", "\u{1}", "the entry `schema_version` in meta cannot be read"),
        ("unknown", r#"{"v":1,"d":0}"#, "some entries are missing or older than they should be"),
    ] {
        let folder = TempDir::new().unwrap();
        drop(Store::open(folder.path()).unwrap());
        let database = bare_sled(folder.path());
        database.open_tree("meta").unwrap().insert(key, value).unwrap();
        drop(database);
        let sentence = refused(folder.path());
        assert!(sentence.contains(expected), "{sentence}");
    }
    let folder = TempDir::new().unwrap();
    drop(bare_sled(folder.path()));
    assert!(refused(folder.path()).contains("is damaged"));
}
