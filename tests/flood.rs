//! Strangers who cost nothing but connections and bytes: whoever belongs is answered all the same, and the bot stays small.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::story::{Story, with_hooks};

/// How many connections begin a request and never end it.
const HALF_OPEN: usize = 5000;
/// How many bodies are begun and never ended, and how many bytes of each are sent.
const BODIES: usize = 100;
const SENT: usize = 24 * 1024 * 1024;
const SAID: usize = 25 * 1024 * 1024;
/// How often it is asked whether it lives.
const ASKED: usize = 60;
/// The most memory that the bot may hold, in bytes, so that it stays under 150 MB with its program.
const MEMORY: usize = 120 * 1024 * 1024;

/// What the system says of a process; nothing where it says nothing.
pub(crate) fn figure(pid: u32, key: &str) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.split_whitespace().next()?.parse::<usize>().ok()? * 1024)
}

/// Begins a request, and then says nothing more.
async fn half_open(address: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(b"POST /hooks/github HTTP/1.1\r\nHost: bot\r\nX-Hub-").await.ok()?;
    Some(stream)
}

/// Sends a body that claims to be signed, but for its end; says how the bot answers, if it does.
async fn unfinished(address: String, answers: Arc<[AtomicUsize; 2]>) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let head = format!(
        "POST /hooks/github HTTP/1.1\r\nHost: bot\r\nContent-Length: {SAID}\r\nX-Hub-Signature-256: sha256={}\r\n\r\n",
        "0".repeat(64)
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    let piece = vec![b' '; 1024 * 1024];
    for _ in 0..SENT / piece.len() {
        if stream.write_all(&piece).await.is_err() {
            break;
        }
    }
    let mut answer = [0; 12];
    let refused = stream.read_exact(&mut answer).await.is_ok() && answer == *b"HTTP/1.1 503";
    answers[usize::from(refused)].fetch_add(1, Ordering::Relaxed);
    Some(stream)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_connections_and_bodies_keeps_nobody_out() {
    // Each connection is a file of this process, too.
    let files = usize::try_from(rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024)).unwrap_or(usize::MAX);
    let half_opens = HALF_OPEN.min(files / 2);
    let story = Story::begin_configured(with_hooks).await;
    let (door, pid) = (story.door(""), story.bot.pid());
    let address = door.trim_start_matches("http://").to_owned();
    let before = figure(pid, "VmRSS:");
    // The pages of the program itself, which a debug build has several times as many of, are no cost of a flood.
    let program = figure(pid, "RssFile:").unwrap_or_default();

    let (mut flood, mut bodies, answers) = (vec![], JoinSet::new(), Arc::<[AtomicUsize; 2]>::default());
    for _ in 0..half_opens {
        flood.extend(half_open(&address).await);
    }
    (0..BODIES).for_each(|_| drop(bodies.spawn(unfinished(address.clone(), Arc::clone(&answers)))));

    let (mut waits, mut lost) = (vec![], 0);
    for _ in 0..ASKED {
        let (client, asked) = (reqwest::Client::new(), Instant::now());
        let alive = client.get(format!("{door}/livez")).send().await;
        match alive.is_ok_and(|answer| answer.status().is_success()) {
            true => waits.push(asked.elapsed()),
            false => lost += 1,
        }
    }
    let asked = Instant::now();
    story.discord("alice", "whoami", &[]).await;
    let discord = asked.elapsed();
    let ping = story.knock("ping", "{\"zen\": \"Keep it logically awesome.\"}");
    assert_eq!(ping.answer().await, 200, "GitHub is heard");

    let refused = answers[1].load(Ordering::Relaxed);
    waits.sort();
    let (median, worst) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).map(Iterator::count).ok();
    let now = figure(pid, "VmRSS:");
    let most = figure(pid, "VmHWM:").map(|bytes| bytes.saturating_sub(program));
    println!(
        "flood: {half_opens} half-open connections and {BODIES} bodies; alive within {median:?}, at worst {worst:?}; Discord \
         within {discord:?}; {refused} bodies refused; memory {before:?}, then {now:?}; \
         without the program's {program} at most {most:?} bytes; {open:?} files"
    );
    // A connection among thousands may be the one that has to go; whoever asks again is answered.
    assert!(lost <= 1, "it does not say that it lives, {lost} times");
    // A machine that runs other tests besides is slow at times, but not each time.
    assert!(median < Duration::from_millis(100), "it says that it lives within {median:?}");
    assert!(discord < Duration::from_secs(3), "Discord waited {discord:?}");
    assert!(most.is_none_or(|bytes| bytes < MEMORY), "{most:?} bytes");
    assert!(open.is_none_or(|files| files < 1000), "{open:?} files");
    bodies.abort_all();
    drop(flood);
    story.end().await;
}
