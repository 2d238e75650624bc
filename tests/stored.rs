//! What the store promises, kept under `kill -9`, damaged files, a full disk and a second process.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::BTreeSet,
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
            _ => listen(&mut child, |_, count| count >= round * 37 % 400),
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
