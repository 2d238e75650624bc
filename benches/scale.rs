//! Measures the real program over many releases: how soon it is up, what it holds in memory, how fast it answers.
//!
//! `FINISHED` and `OPEN` say how many releases there are: `FINISHED=10000 OPEN=0 cargo bench --bench scale`. The store is
//! written by the store itself, from one release that was told (`tests/stored/finished.json`).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be taken has nothing to tell")]

mod bot;

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use bot::Bot;
use sandbox::{
    wire::Service,
    world::{World, WorldSettings},
};
use shipmate::{
    domain::release::{ReleaseId, ReleaseSpec, fact::Recorded},
    store::{Store, StoreProblem, Writing},
};

/// One release from its first fact to its last.
const TOLD: &str = include_str!("../tests/stored/finished.json");
/// How many releases are written together.
const TOGETHER: u64 = 50;
/// How often a command is said.
const TIMES: usize = 20;
/// How long the program is watched once it is up.
const WATCHED: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(0_u64);
    let (finished, open) = (number("FINISHED"), number("OPEN"));
    let program = std::env::var_os("SHIPMATE_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_shipmate").into());
    let folder = tempfile::tempdir().unwrap();
    // A store that is there already is measured as it is, and stays.
    let kept = std::env::var_os("STORE").map(std::path::PathBuf::from);
    let store = kept.unwrap_or_else(|| folder.path().join("store"));
    if !store.exists() {
        let began = Instant::now();
        write(&store, finished, open).await;
        println!("written    {finished} finished and {open} open in {:.1} s", began.elapsed().as_secs_f64());
    }
    println!("disk       {:.1} MB", size(&store) as f64 / 1e6);
    let world = World::start(WorldSettings { rate: 1.0, ..WorldSettings::default() }).await.unwrap();
    let configuration = folder.path().join("bot.toml");
    fs::write(&configuration, world.bot_toml(&store)).unwrap();
    for start in ["first", "second"] {
        let mut command = Command::new(&program);
        command.args(["run", "--config"]).arg(&configuration);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(folder.path().join("log")).unwrap());
        let began = Instant::now();
        let mut bot = Bot(command.spawn().unwrap());
        let client = reqwest::Client::new();
        let ready = format!("http://{}/readyz", world.bot_address());
        while !client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(bot.0.try_wait().unwrap().is_none(), "{}", fs::read_to_string(folder.path().join("log")).unwrap());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        println!(
            "{start:<11}ready after {:.3} s, {} MiB resident, {} MiB at most",
            began.elapsed().as_secs_f64(),
            bot.status("VmRSS").div_ceil(1024),
            bot.status("VmHWM").div_ceil(1024)
        );
        if start == "second" {
            let asked = world.wire().recorded().len();
            tokio::time::sleep(if open > 0 { WATCHED } else { Duration::from_secs(1) }).await;
            let recorded = world.wire().recorded();
            let github = recorded[asked..].iter().filter(|one| one.service == Service::GitHub);
            println!(
                "at rest    {} requests to GitHub in the first minute, {:.1} s of processor, {} MiB resident",
                github.count(),
                bot.processor_time().as_secs_f64(),
                bot.status("VmRSS").div_ceil(1024)
            );
            commands(&world, &bot).await;
        }
        let began = Instant::now();
        bot.stop().await;
        println!("{start:<11}stopped after {:.3} s", began.elapsed().as_secs_f64());
    }
    println!("disk       {:.1} MB", size(&store) as f64 / 1e6);
}

/// How long the answers take that people wait for.
async fn commands(world: &World, bot: &Bot) {
    let discord = world.discord();
    for (said, options) in [
        ("release status", &[("version", "0.0.50")][..]),
        ("release list", &[]),
        ("deploys", &[]),
        ("why", &[]),
        ("freeze status", &[]),
    ] {
        let (mut took, before, busy) = (vec![], bot.status("VmRSS"), bot.processor_time());
        for nth in 0..TIMES {
            let asked = Instant::now();
            let id = discord.command(["alice", "bob", "carol", "dave"][nth % 4], "releases", said, options).unwrap();
            let answered = tokio::time::timeout(Duration::from_secs(60), discord.answered(id)).await;
            if answered.is_err() {
                println!("commands   /{said}: no answer within a minute");
                break;
            }
            took.push(asked.elapsed());
            world.clock().advance(chrono::TimeDelta::seconds(20));
        }
        took.sort();
        if let (Some(middle), Some(longest)) = (took.get(took.len() / 2), took.last()) {
            println!(
                "commands   /{said}: {:.1} ms (p50), {:.1} ms at most; {:.1} ms of processor each, {} MiB more",
                middle.as_secs_f64() * 1e3,
                longest.as_secs_f64() * 1e3,
                (bot.processor_time() - busy).as_secs_f64() * 1e3 / took.len() as f64,
                bot.status("VmRSS").saturating_sub(before).div_ceil(1024)
            );
        }
    }
}

/// Writes a store with that many releases, as the bot would.
async fn write(folder: &Path, finished: u64, open: u64) {
    let store = Store::open(folder).unwrap();
    let (spec, facts): (ReleaseSpec, Vec<Recorded>) = serde_json::from_str(TOLD).unwrap();
    // Open ones wait for the first gate.
    let waits = facts.iter().position(|recorded| format!("{:?}", recorded.fact).starts_with("Asked")).unwrap() + 1;
    let mut done = 0;
    while done < finished + open {
        let (spec, facts) = (spec.clone(), facts.clone());
        let until = (done + TOGETHER).min(finished + open);
        let written = store.write(move |writing: &mut Writing| {
            for number in done..until {
                let id = ReleaseId(writing.next_number("release")?);
                let version = format!("0.0.{number}");
                let text = serde_json::to_string(&spec).unwrap().replace("2.2.0", &version);
                let spec = ReleaseSpec { id, ..serde_json::from_str(&text).unwrap() };
                writing.create_release(&spec)?;
                let is_finished = number < finished;
                let facts = if is_finished { &facts[..] } else { &facts[..waits] };
                for (nth, recorded) in facts.iter().enumerate() {
                    writing.append_fact(id, nth, recorded)?;
                }
                if is_finished {
                    writing.close_release(id)?;
                }
            }
            Ok::<_, StoreProblem>(())
        });
        written.await.unwrap();
        done = until;
    }
    store.close().await.unwrap();
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { size(&path) } else { fs::metadata(path).unwrap().len() }).sum()
}
