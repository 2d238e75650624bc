//! A process of its own that writes: this very test binary, started again.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use shipmate::store::{Store, StoreProblem, Tree};

/// What a child process is to do, and where.
const ROLE: &str = "SHIPMATE_STORED_ROLE";
const FOLDER: &str = "SHIPMATE_STORED_FOLDER";

/// How many tasks write at the same time in a child.
pub(super) const WRITERS: u64 = 32;

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
            // Larger ones: a leaf of sled's with some of these would not fit into its log.
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

pub(super) async fn write_next(store: &Store, writer: u64, bytes: usize) -> Result<u64, StoreProblem> {
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

pub(super) fn entry(writer: u64, number: u64) -> String {
    format!("{writer:02}/{number:08}")
}

/// One line, in one system call: a kill cannot cut it.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Starts this very test binary again, as a child in `role`; `before` is shell code that runs first.
pub(super) fn start(role: &str, folder: &Path, before: &str) -> Child {
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
pub(super) struct Said {
    pub acknowledged: Vec<(u64, u64)>,
    pub refused: Vec<String>,
}

/// Reads what `child` says to its end, and kills it as soon as `enough`.
pub(super) fn listen(child: &mut Child, mut enough: impl FnMut(&str, usize) -> bool) -> Said {
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
