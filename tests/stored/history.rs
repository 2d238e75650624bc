//! What is over costs nothing: it lies in one small row, and only whoever asks for it reads it.

use std::{path::Path, sync::Arc, time::Instant};

use shipmate::{
    domain::release::{Release, ReleaseId, ReleaseKind, ReleaseSpec, fact::Recorded},
    store::{Store, StoreProblem, Tree, View, Writing},
    upkeep,
};
use tempfile::TempDir;

use super::block_on;

/// A release that was told from its first fact to its last.
const TOLD: &str = include_str!("finished.json");

/// The release that was told, under another number and version.
fn told(id: u64) -> (ReleaseSpec, Vec<Recorded>) {
    let text = TOLD.replace("2.2.0", &format!("0.0.{id}"));
    let (spec, facts): (ReleaseSpec, Vec<Recorded>) = serde_json::from_str(&text).unwrap();
    (ReleaseSpec { id: ReleaseId(id), ..spec }, facts)
}

/// Takes a release to its end, in as many rows as the bot does.
fn finish(writing: &mut Writing, id: u64) -> Result<(), StoreProblem> {
    let (spec, facts) = told(id);
    writing.create_release(&spec)?;
    for (number, fact) in facts.iter().enumerate() {
        writing.append_fact(spec.id, number, fact)?;
    }
    writing.close_release(spec.id)
}

/// Stores it as an older program left it: in many rows, and nowhere marked.
fn finish_as_before(writing: &mut Writing, id: u64) -> Result<(), StoreProblem> {
    let (spec, facts) = told(id);
    writing.put(Tree::Releases, &id.to_be_bytes(), &spec)?;
    for (number, fact) in facts.iter().enumerate() {
        writing.append_fact(spec.id, number, fact)?;
    }
    Ok(())
}

async fn write(store: &Store, decide: impl FnOnce(&mut Writing) -> Result<(), StoreProblem> + Send + 'static) {
    store.write(decide).await.unwrap();
}

fn rows(store: &Store, tree: Tree) -> usize {
    store.entries(tree, &[]).unwrap().len()
}

#[test]
fn a_release_that_is_over_is_one_small_row() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write(&store, |writing| finish(writing, 1)).await;
        let bytes = store.entry(Tree::History, &1_u64.to_be_bytes()).unwrap().unwrap().len();
        println!("{bytes} bytes of {} as they were told", TOLD.len());
        assert!(bytes < 10_000, "{bytes} bytes");
        assert_eq!((rows(&store, Tree::Releases), rows(&store, Tree::Facts)), (0, 0));
        let (spec, mut facts) = told(1);
        let found = store.shared(ReleaseId(1)).unwrap().unwrap();
        assert_eq!((&found.spec, &found.facts), (&spec, &facts));
        // What is added later is read with it, and becomes a part of it.
        let last = facts.last().cloned().unwrap();
        let (number, more) = (facts.len(), last.clone());
        write(&store, move |writing| writing.append_fact(ReleaseId(1), number, &more)).await;
        facts.push(last);
        assert_eq!(store.shared(ReleaseId(1)).unwrap().unwrap().facts, facts);
        write(&store, |writing| writing.close_release(ReleaseId(1))).await;
        assert_eq!((store.shared(ReleaseId(1)).unwrap().unwrap().facts.clone(), rows(&store, Tree::Facts)), (facts, 0));
        store.close().await.unwrap();
    });
    assert!(upkeep::verify(folder.path(), chrono::DateTime::UNIX_EPOCH).unwrap().starts_with("All "));
}

#[test]
fn nobody_reads_what_was_to_find_what_is() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(store.fold_some(None).await.unwrap(), None);
        // Whoever came by this row would say so.
        write(&store, |writing| writing.put(Tree::History, &1_u64.to_be_bytes(), "no release")).await;
        write(&store, |writing| (2..40).try_for_each(|id| finish(writing, id))).await;
        let again = |writing: &mut Writing| {
            let (spec, _) = told(7);
            writing.create_release(&ReleaseSpec { id: ReleaseId(40), ..spec.clone() })?;
            let kind = ReleaseKind::RollBack { environment: "x".into(), from: "y".into(), reason: "z".into() };
            writing.create_release(&ReleaseSpec { id: ReleaseId(41), kind, ..spec.clone() })?;
            writing.create_release(&ReleaseSpec { id: ReleaseId(42), project: "web".into(), ..spec })
        };
        write(&store, again).await;
        let id =
            |project, version| store.release_of_version(project, version).unwrap().map(|release| release.spec.id.0);
        assert_eq!((id(None, "0.0.9"), id(Some("api"), "0.0.9"), id(Some("ap"), "0.0.9")), (Some(9), Some(9), None));
        assert_eq!((id(None, "0.0.7"), id(Some("api"), "0.0.7")), (Some(42), Some(40)), "the newest, but no roll-back");
        assert_eq!((id(None, "0.0"), id(None, "0.0.99")), (None, None));
        let all = |project: &str, version: &str| -> Vec<u64> {
            store.releases_of_version(project, version).unwrap().iter().map(|release| release.spec.id.0).collect()
        };
        assert_eq!((all("api", "0.0.7"), all("web", "0.0.7"), all("ap", "0.0.7")), (vec![7, 40], vec![42], vec![]));
        assert_eq!(store.releases_to_review().unwrap().len(), 0);
        assert_eq!(store.open_releases().unwrap().len(), 3);
        let latest: Vec<u64> = store.latest_releases(5).unwrap().iter().map(|release| release.spec.id.0).collect();
        assert_eq!(latest, [38, 39, 40, 41, 42]);
        assert!(store.latest_releases(99).is_err(), "whoever asks for all reads all");
        store.close().await.unwrap();
        assert_eq!(Store::open(folder.path()).unwrap().open_ids().unwrap().len(), 3, "a start reads it neither");
    });
}

#[test]
fn what_is_open_is_decoded_once_and_shared() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write(&store, |writing| (1..=3).try_for_each(|id| writing.create_release(&told(id).0))).await;
        let first = store.open_releases().unwrap();
        let same = |one: &[Arc<Release>], other: &[Arc<Release>]| {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| Arc::ptr_eq(one, other))
        };
        assert!(same(&first, &store.open_releases().unwrap()));
        assert!(same(&first, &store.latest_releases(3).unwrap()));
        let known = first.clone();
        let fact = told(1).1[0].clone();
        let decide = move |writing: &mut Writing| {
            assert!(same(&known, &writing.open_releases()?), "a decision shares them, too");
            writing.append_fact(ReleaseId(1), 0, &fact)?;
            let changed = writing.open_releases()?;
            assert!(same(&known[1..], &changed[1..]) && changed[0].facts.len() == 1, "what it changes is its own");
            Ok(())
        };
        write(&store, decide).await;
        assert_eq!((first[0].facts.len(), store.open_releases().unwrap()[0].facts.len()), (0, 1));
    });
}

#[test]
fn what_an_older_program_left_in_many_rows_becomes_one_row_each_in_steps() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write(&store, |writing| (1..=50).try_for_each(|id| finish_as_before(writing, id))).await;
        write(&store, |writing| writing.put(Tree::Releases, &51_u64.to_be_bytes(), "no release")).await;
        write(&store, |writing| writing.create_release(&told(52).0)).await;
        let found = |store: &Store| {
            let id =
                |version: &str| store.release_of_version(None, version).map(|found| found.map(|one| one.spec.id.0));
            (id("0.0.3"), id("0.0.50"))
        };
        let mut after = store.fold_some(None).await.unwrap();
        assert!(rows(&store, Tree::Releases) < 52, "some are done");
        assert!(rows(&store, Tree::Releases) > 2, "and not all at once");
        // A kill, and another start: it begins at the beginning, and what is done is done.
        store.close().await.unwrap();
        let store = Store::open(folder.path()).unwrap();
        let half = rows(&store, Tree::History);
        after = after.and(None);
        loop {
            after = store.fold_some(after).await.unwrap();
            if after.is_none() {
                break;
            }
            assert!(rows(&store, Tree::History) >= half);
        }
        assert_eq!((rows(&store, Tree::History), rows(&store, Tree::Facts)), (50, 0));
        assert_eq!(rows(&store, Tree::Releases), 2, "what is open, and what nobody can read");
        assert_eq!(found(&store), (Ok(Some(3)), Ok(Some(50))));
        let (spec, facts) = told(17);
        let release = store.shared(ReleaseId(17)).unwrap().unwrap();
        assert_eq!((&release.spec, &release.facts), (&spec, &facts));
        assert_eq!(store.open_ids().unwrap(), [ReleaseId(52)]);
    });
}

#[test]
fn what_is_not_folded_yet_is_found_all_the_same() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write(&store, |writing| (1..=30).try_for_each(|id| finish_as_before(writing, id))).await;
        for _ in 0..3 {
            for id in [2, 17, 30] {
                let found = store.release_of_version(Some("api"), &format!("0.0.{id}")).unwrap();
                assert_eq!(found.map(|one| one.spec.id.0), Some(id));
            }
            assert_eq!(store.latest_releases(4).unwrap().len(), 4);
            store.fold_some(None).await.unwrap();
        }
    });
}

/// How long it takes to open a store, in seconds, after a stop or after a kill: the quickest of a few starts.
async fn opening(folder: &Path, killed: bool) -> f64 {
    let mut quickest = f64::INFINITY;
    for _ in 0..5 {
        if killed {
            // A kill leaves none.
            let _ = std::fs::remove_file(folder.join("shipmate.seal"));
        }
        let began = Instant::now();
        let store = Store::open(folder).unwrap();
        quickest = quickest.min(began.elapsed().as_secs_f64());
        store.close().await.unwrap();
    }
    quickest
}

#[test]
fn a_start_after_a_stop_reads_no_rows() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        for first in (1..=1_000).step_by(50) {
            write(&store, move |writing| (first..first + 50).try_for_each(|id| finish(writing, id))).await;
        }
        store.close().await.unwrap();
        let (stopped, killed) = (opening(folder.path(), false).await, opening(folder.path(), true).await);
        println!("1,000 releases that are over: {stopped:.4} s after a stop, {killed:.4} s after a kill");
        assert!(stopped * 2.0 < killed, "{stopped:.4} s after a stop, {killed:.4} s after a kill");
    });
}

#[test]
fn a_seal_is_of_the_very_files_that_a_stop_left() {
    let folder = TempDir::new().unwrap();
    let seal = folder.path().join("shipmate.seal");
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        assert!(!seal.exists(), "a store in use is not sealed");
        write(&store, |writing| finish(writing, 1)).await;
        store.close().await.unwrap();
        let sealed = std::fs::read_to_string(&seal).unwrap();
        assert!(sealed.starts_with("layout 5, commit 2\n"), "{sealed}");
        let store = Store::open(folder.path()).unwrap();
        assert!(!seal.exists(), "a start breaks it");
        write(&store, |writing| finish(writing, 2)).await;
        store.close().await.unwrap();
        // The seal of a stop before does not fit any more.
        std::fs::write(&seal, sealed).unwrap();
        assert_eq!(rows(&Store::open(folder.path()).unwrap(), Tree::History), 2);
    });
}

#[test]
fn a_store_becomes_as_small_as_what_it_holds() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        write(&store, |writing| (1..=200).try_for_each(|id| finish_as_before(writing, id))).await;
        let mut after = None;
        loop {
            after = store.fold_some(after).await.unwrap();
            if after.is_none() {
                break;
            }
        }
        let refused = upkeep::compact(folder.path()).unwrap_err();
        assert!(refused.starts_with("another Shipmate is already running on "), "{refused}");
        let before = super::damage::contents(&store);
        store.close().await.unwrap();
        let length = || std::fs::metadata(folder.path().join("db")).unwrap().len();
        let long = length();
        println!("{}", upkeep::compact(folder.path()).unwrap());
        assert!(length() < long / 2, "{} of {long} bytes", length());
        let store = Store::open(folder.path()).unwrap();
        assert!(super::damage::contents(&store) == before, "not what was there");
        write(&store, |writing| finish(writing, 201)).await;
        store.close().await.unwrap();
        assert_eq!(rows(&Store::open(folder.path()).unwrap(), Tree::History), 201);
    });
}
