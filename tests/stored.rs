//! What the store promises, kept under `kill -9`, damaged files, a full disk and a second process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use shipmate::store::{Store, StoreProblem, Tree};
use tempfile::TempDir;

/// What a child process is to do, and where.
const ROLE: &str = "SHIPMATE_STORED_ROLE";
const FOLDER: &str = "SHIPMATE_STORED_FOLDER";

/// How many tasks write at the same time in a child.
const WRITERS: u64 = 32;

/// Not a test of its own: the body of every child process below. Without a role it has nothing to do.
#[test]
fn child() {
    let (Ok(role), Some(folder)) = (std::env::var(ROLE), std::env::var_os(FOLDER)) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        say("opening");
        let store = match Store::open(Path::new(&folder)) {
            Ok(store) => store,
            Err(problem) => return say(&format!("refused {problem}")),
        };
        say("open");
        match role.as_str() {
            "hold" => drop(std::io::stdin().read_line(&mut String::new())),
            "write" => write_until_it_fails(&store, 200).await,
            "fill" => write_until_it_fails(&store, 9_000).await,
            unknown => panic!("no role {unknown}"),
        }
    });
}

/// Every writer writes its numbers in order, each as two entries, and says so once it is acknowledged.
async fn write_until_it_fails(store: &Store, bytes: usize) {
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                loop {
                    match write_next(&store, writer, bytes).await {
                        Ok(number) => say(&format!("acknowledged {writer} {number}")),
                        Err(problem) => return problem,
                    }
                }
            })
        })
        .collect();
    let mut sentences = BTreeSet::new();
    for writer in writers {
        sentences.insert(writer.await.unwrap().to_string());
    }
    sentences.insert(store.broken().await.to_string());
    sentences.insert(store.get::<u64>(Tree::Releases, b"0").unwrap_err().to_string());
    sentences.insert(write_next(store, 0, bytes).await.unwrap_err().to_string());
    for sentence in sentences {
        say(&format!("refused {sentence}"));
    }
}

async fn write_next(store: &Store, writer: u64, bytes: usize) -> Result<u64, StoreProblem> {
    let write = store.write(move |writing| {
        let number = writing.next_number(&format!("writer {writer}"))?;
        writing.put(Tree::Facts, entry(writer, number).as_bytes(), &"x".repeat(bytes))?;
        writing.put(Tree::Releases, entry(writer, number).as_bytes(), &number)?;
        // An index of one entry that is overwritten again and again, as a status would be.
        writing.put(Tree::Cards, entry(writer, 0).as_bytes(), &number)?;
        Ok(number)
    });
    write.await
}

fn entry(writer: u64, number: u64) -> String {
    format!("{writer:02}/{number:08}")
}

/// One line, in one system call: a kill cannot cut it.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Starts this very test binary again, as a child in `role`; `before` is shell code that runs first.
fn start(role: &str, folder: &Path, before: &str) -> Child {
    let name = module_path!().split_once("::").map_or("child".into(), |(_, module)| format!("{module}::child"));
    Command::new("sh")
        .args(["-c", &format!("{before} exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child said.
#[derive(Default)]
struct Said {
    acknowledged: Vec<(u64, u64)>,
    refused: Vec<String>,
}

/// Reads what `child` says to its end, and kills it as soon as `enough`.
fn listen(child: &mut Child, mut enough: impl FnMut(&str, usize) -> bool) -> Said {
    let mut said = Said::default();
    let mut alive = true;
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        if let Some(numbers) = line.strip_prefix("acknowledged ") {
            let (writer, number) = numbers.split_once(' ').unwrap();
            said.acknowledged.push((writer.parse().unwrap(), number.parse().unwrap()));
        } else if let Some(sentence) = line.strip_prefix("refused ") {
            said.refused.push(sentence.to_owned());
        }
        if alive && enough(&line, said.acknowledged.len()) {
            alive = false;
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    said
}

/// Opens what a child left and checks that every acknowledged write is whole, and every other one whole or absent.
fn check(folder: &Path, acknowledged: &BTreeSet<(u64, u64)>) {
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
        let mut child = start("write", folder.path(), "");
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

/// A store with a past: several starts, many overwritten entries, so that the log's segments were used more than once.
fn seasoned(folder: &Path) {
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

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Every entry, to compare.
type Contents = Vec<(Vec<u8>, serde_json::Value)>;

fn contents(store: &Store) -> Contents {
    Tree::ALL.iter().filter(|tree| **tree != Tree::Meta).flat_map(|tree| store.scan(*tree, b"").unwrap()).collect()
}

/// Every file's bytes, but for the lock: it is made before anything is looked at.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let each = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = each.filter(|path| path.is_file() && !path.ends_with("shipmate.lock"));
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

fn copy_of(folder: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for (name, bytes) in files(folder) {
        fs::write(copy.path().join(name), bytes).unwrap();
    }
    copy
}

/// The sentence with which opening ends, having changed nothing.
fn refused(folder: &Path) -> String {
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
    fs::write(folder.path().join("shipmate.mark"), [0; 28]).unwrap();
    assert!(refused(folder.path()).contains("file shipmate.mark"));
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
    assert_eq!(told, [sentence.clone()]);
    assert_eq!(Store::open(folder.path()).err().unwrap().to_string(), sentence);
    first.kill().unwrap();
    first.wait().unwrap();
    Store::open(folder.path()).unwrap();
}

/// sled without Shipmate. Its threads may hold on to a folder for a moment after it was closed.
fn bare_sled(folder: &Path) -> sled::Db {
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
        ("schema_version", r#"{"v":1,"d":2}"#, "the store has format 2, and this Shipmate knows no format above 1"),
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
