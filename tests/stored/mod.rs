//! What the store promises, kept under `kill -9`, damaged files, a full disk and a second process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod backup;
mod child;
mod damage;
mod history;
mod older;
mod power;
mod refusals;
mod refusing;
mod renewal;
mod rights;
mod survival;
mod told;
mod verify;
mod view;

use std::collections::BTreeSet;

use shipmate::store::{Store, StoreProblem, Tree};
use tempfile::TempDir;

#[test]
fn a_decision_writes_all_or_nothing_and_the_next_one_sees_it() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        let write = store.write(|writing| {
            for name in ["a/1", "a/2", "b/1"] {
                writing.put(Tree::Facts, name.as_bytes(), name)?;
            }
            assert_eq!(writing.get::<String>(Tree::Facts, b"a/1")?.as_deref(), Some("a/1"));
            Ok::<_, StoreProblem>(())
        });
        write.await.unwrap();
        let refused: Result<(), Refusal> = store
            .write(|writing| {
                writing.put(Tree::Facts, b"a/3", "never")?;
                Err(Refusal("no".into()))
            })
            .await;
        assert_eq!(refused.unwrap_err().0, "no");
        let panicked: Result<(), StoreProblem> = store
            .write(|writing| {
                writing.put(Tree::Facts, b"a/4", "never")?;
                panic!("out of ideas")
            })
            .await;
        assert!(panicked.unwrap_err().to_string().contains("out of ideas"));
        let write = store.write(|writing| {
            writing.remove(Tree::Facts, b"a/2");
            writing.put(Tree::Facts, b"a/5", "five")?;
            let keys = |found: Vec<(Vec<u8>, String)>| -> Vec<_> {
                found.into_iter().map(|(key, _)| String::from_utf8(key).unwrap()).collect()
            };
            assert_eq!(keys(writing.scan(Tree::Facts, b"a/")?), ["a/1", "a/5"]);
            assert_eq!(keys(writing.scan_last(Tree::Facts, b"", 2)?), ["a/5", "b/1"]);
            assert_eq!(keys(writing.scan_last(Tree::Facts, b"a/", 1)?), ["a/5"]);
            Ok::<_, StoreProblem>((writing.next_number("release")?, writing.next_number("release")?))
        });
        assert_eq!(write.await.unwrap(), (1, 2));
        let last: Vec<(Vec<u8>, String)> = store.scan_last(Tree::Facts, b"a/", 5).unwrap();
        assert_eq!(last, [(b"a/1".to_vec(), "a/1".to_owned()), (b"a/5".to_vec(), "five".to_owned())]);
        let wrong = store.get::<u64>(Tree::Facts, b"a/1").unwrap_err().to_string();
        assert!(wrong.contains("the entry `a/1` in facts cannot be read"), "{wrong}");
        assert!(store.scan::<u64>(Tree::Facts, b"").is_err(), "a scan skips nothing");
    });
}

/// What a decision may say instead of a store's problem.
#[derive(Debug)]
struct Refusal(String);

impl From<StoreProblem> for Refusal {
    fn from(problem: StoreProblem) -> Self {
        Self(problem.to_string())
    }
}

#[test]
fn concurrent_decisions_see_one_another_and_a_closed_store_says_so() {
    let folder = TempDir::new().unwrap();
    block_on(async {
        let store = Store::open(folder.path()).unwrap();
        let numbers = (0..200).map(|_| store.write(|writing| writing.next_number("release")));
        let numbers: Result<Vec<u64>, StoreProblem> = futures::future::join_all(numbers).await.into_iter().collect();
        assert_eq!(numbers.unwrap().into_iter().collect::<BTreeSet<_>>(), (1..=200).collect());
        let other = store.clone();
        store.close().await.unwrap();
        assert_eq!(other.get::<u64>(Tree::Meta, b"x").unwrap_err(), StoreProblem::Closed);
        let late: Result<(), StoreProblem> = other.write(|_| Ok(())).await;
        assert_eq!(late.unwrap_err(), StoreProblem::Closed);
        for _ in 0..20 {
            Store::open(folder.path()).unwrap().close().await.unwrap();
        }
        assert_eq!(
            Store::open(folder.path()).unwrap().write(|writing| writing.next_number("release")).await,
            Ok::<_, StoreProblem>(201)
        );
    });
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
