//! Who may read the store's folder and files.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use shipmate::store::Store;
use tempfile::TempDir;

use super::{block_on, child::write_next, renewal::of_layout_2};

/// What others may do with anything in a folder, itself included.
fn open_to_others(folder: &Path) -> Vec<String> {
    let (mut found, mut left) = (vec![], vec![folder.to_owned()]);
    while let Some(path) = left.pop() {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        if mode != wanted {
            found.push(format!("{} is {mode:o}", path.strip_prefix(folder).unwrap().display()));
        }
    }
    found.sort();
    found
}

fn allow_everybody(path: PathBuf) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn a_new_store_is_its_owners_only() {
    let above = TempDir::new().unwrap();
    let folder = above.path().join("team/store");
    block_on(async {
        for _ in 0..3 {
            let store = Store::open(&folder).unwrap();
            write_next(&store, 1, 9_000).await.unwrap();
            assert_eq!(open_to_others(&folder), Vec::<String>::new());
            store.close().await.unwrap();
            assert_eq!(open_to_others(&folder), Vec::<String>::new());
        }
    });
    assert_eq!(open_to_others(&above.path().join("team")), Vec::<String>::new());
}

#[test]
fn an_older_store_is_put_right_and_other_files_beside_it_are_left_alone() {
    let folder = TempDir::new().unwrap();
    of_layout_2(folder.path());
    fs::write(folder.path().join("bot.toml"), "theirs").unwrap();
    for entry in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
        fs::set_permissions(&entry, fs::Permissions::from_mode(if entry.is_dir() { 0o755 } else { 0o644 })).unwrap();
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for _ in 0..2 {
        drop(Store::open(folder.path()).unwrap());
        assert_eq!(open_to_others(folder.path()), ["bot.toml is 644"]);
        ["db", "shipmate.mark", "conf"].iter().for_each(|name| allow_everybody(folder.path().join(name)));
    }
}
