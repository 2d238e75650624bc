//! `store verify` reads every row as what it should be, of this program and of older ones.

use std::path::Path;

use chrono::DateTime;
use shipmate::{
    domain::message::{
        post::Place,
        refusing::{MovedGroup, ShutPlace},
    },
    store::{Store, StoreProblem, Tree},
    upkeep,
};
use tempfile::TempDir;

use super::{block_on, damage::copy_of};

#[test]
fn stores_of_every_layout_can_be_read() {
    for layout in 1..=3 {
        let folder = format!("{}/tests/stored/layout-{layout}", env!("CARGO_MANIFEST_DIR"));
        let copy = copy_of(Path::new(&folder));
        let said = upkeep::verify(copy.path(), DateTime::UNIX_EPOCH);
        assert!(said.as_ref().is_ok_and(|said| said.starts_with("All ")), "layout {layout}: {said:?}");
    }
}

#[test]
fn what_chats_make_the_bot_remember_can_be_read() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        let written = store.write::<_, StoreProblem>(|writing| {
            let (place, why) = (Place::Discord { channel: 20 }, "it is gone".to_owned());
            writing.put_shut(&ShutPlace { place, since: DateTime::UNIX_EPOCH, why, row: "00".to_owned() })?;
            writing.put_moved(MovedGroup { from: -5, to: -1005 })?;
            writing.keep_command("0123456789abcdef".to_owned(), "reject|reason=it breaks".to_owned())
        });
        written.await.unwrap();
        store.close().await.unwrap();
    });
    let said = upkeep::verify(folder.path(), DateTime::UNIX_EPOCH);
    assert!(said.as_ref().is_ok_and(|said| said.starts_with("All ")), "{said:?}");
}

#[test]
fn a_row_that_is_not_what_it_should_be_is_named() {
    for (tree, key) in [
        (Tree::Freezes, &b"12345678"[..]),
        (Tree::Reports, b"matter/1"),
        (Tree::Reports, b"nobody/1"),
        (Tree::Meta, b"nothing"),
        (Tree::Releases, b"12345678"),
        (Tree::Outbox, b"x"),
        (Tree::Inbox, b"x"),
    ] {
        let folder = TempDir::new().unwrap();
        block_on(async {
            let store = Store::open(folder.path()).unwrap();
            store.write::<_, StoreProblem>(move |writing| writing.put(tree, key, &["odd"])).await.unwrap();
            store.close().await.unwrap();
        });
        let problems = upkeep::verify(folder.path(), DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("cannot be read"), "{problems:?}");
        assert_eq!(problems[1], "1 of the 3 rows of commit 2 cannot be read.");
    }
}
