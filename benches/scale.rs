//! Measures the real program over many releases: how soon it is up, what it holds in memory, how fast it answers.
//!
//! `FINISHED` and `OPEN` say how many releases there are: `FINISHED=10000 OPEN=0 cargo bench --bench scale`. The store is
//! written by the store itself, from one release that was told (`tests/stored/finished.json`); what is open there has its branch,
//! tag and pull request in the world. With `--check` it takes a small store, counts, and fails where a count is more than
//! `benches/expected.toml` says: `cargo bench --profile dev --bench scale -- --check`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be taken has nothing to tell")]

mod bot;
mod many;

use std::{
    collections::BTreeMap,
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

/// How often a command is said.
const TIMES: usize = 20;
/// How long the program is watched once it is up.
const WATCHED: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    if std::env::args().any(|argument| argument == "--check") {
        return check().await;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(0_usize);
    let (finished, open) = (number("FINISHED"), number("OPEN"));
    let program = std::env::var_os("SHIPMATE_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_shipmate").into());
    let folder = tempfile::tempdir().unwrap();
    let world = World::start(WorldSettings { rate: 1.0, ..WorldSettings::default() }).await.unwrap();
    // A store that is there already is measured as it is, and stays.
    let kept = std::env::var_os("STORE").map(std::path::PathBuf::from);
    let store = kept.unwrap_or_else(|| folder.path().join("store"));
    if !store.exists() {
        let began = Instant::now();
        let on_github = many::grow(&world, finished, open).await;
        println!("grown      {open} branches, tags and pull requests in {:.1} s", began.elapsed().as_secs_f64());
        many::write(&store, finished, &on_github).await;
        println!("written    {finished} finished and {open} open in {:.1} s", began.elapsed().as_secs_f64());
    }
    println!("disk       {:.1} MB", size(&store) as f64 / 1e6);
    fs::write(folder.path().join("bot.toml"), world.bot_toml(&store)).unwrap();
    for nth in ["first", "second"] {
        let (began, since) = (Instant::now(), world.wire().recorded().len());
        let bot = start(&program, &world, folder.path()).await;
        println!(
            "{nth:<11}ready after {:.3} s, {} MiB resident, {} MiB at most",
            began.elapsed().as_secs_f64(),
            bot.status("VmRSS").div_ceil(1024),
            bot.status("VmHWM").div_ceil(1024)
        );
        if nth == "second" {
            let rest = if open > 0 { WATCHED } else { Duration::from_secs(1) };
            tokio::time::sleep(rest).await;
            let (all, counted) = asked(&world, since);
            println!(
                "beginning  {all} requests to GitHub in the first minute, {counted} of them counted, {:.1} s of processor, {} MiB \
                 resident",
                bot.processor_time().as_secs_f64(),
                bot.status("VmRSS").div_ceil(1024)
            );
            if open > 0 {
                for name in ["at rest", "bustle"] {
                    let (since, before, began) = (world.wire().recorded().len(), bot.processor_time(), Instant::now());
                    let told = if name == "bustle" {
                        bustle(&world, WATCHED).await
                    } else {
                        tokio::time::sleep(rest).await;
                        0
                    };
                    let (all, counted) = asked(&world, since);
                    let busy = (bot.processor_time() - before).as_secs_f64() / began.elapsed().as_secs_f64();
                    println!(
                        "{name:<11}{all} requests to GitHub in a minute with {told} webhooks, {counted} of them counted, {:.1} % of \
                         a processor, {} MiB resident",
                        busy * 100.0,
                        bot.status("VmRSS").div_ceil(1024)
                    );
                    by_path(&world, since);
                }
            }
            commands(&world, &bot).await;
        }
        let began = Instant::now();
        bot.stop().await;
        println!("{nth:<11}stopped after {:.3} s", began.elapsed().as_secs_f64());
    }
    println!("disk       {:.1} MB", size(&store) as f64 / 1e6);
}

/// Counts what a small store costs, and holds it against what is expected.
async fn check() {
    let expected: BTreeMap<String, usize> = toml::from_str(include_str!("expected.toml")).unwrap();
    let (open, lasts) = (expected["open-releases"], Duration::from_secs(20));
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let world = World::start(WorldSettings { rate: 1.0, ..WorldSettings::default() }).await.unwrap();
    many::write(&store, 0, &many::grow(&world, 0, open).await).await;
    let mut counts = vec![("stored-bytes-each", size(&store) as usize / open)];
    fs::write(folder.path().join("bot.toml"), world.bot_toml(&store)).unwrap();
    let since = world.wire().recorded().len();
    let bot = start(env!("CARGO_BIN_EXE_shipmate").as_ref(), &world, folder.path()).await;
    tokio::time::sleep(lasts).await;
    counts.push(("counted-at-the-start", asked(&world, since).1));
    by_path(&world, since);
    let since = world.wire().recorded().len();
    bustle(&world, lasts).await;
    counts.push(("counted-with-webhooks", asked(&world, since).1));
    by_path(&world, since);
    bot.stop().await;
    let mut worse = false;
    for (name, count) in counts {
        let most = expected[name];
        println!("{name}: {count}, {most} at most");
        worse |= count > most;
    }
    assert!(!worse, "it costs more than benches/expected.toml says: find out why, or say there why it has to");
}

/// The program, once it is ready.
async fn start(program: &std::ffi::OsStr, world: &World, folder: &Path) -> Bot {
    let mut command = Command::new(program);
    command.args(["run", "--config"]).arg(folder.join("bot.toml"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(folder.join("log")).unwrap());
    let mut bot = Bot(command.spawn().unwrap());
    let (client, ready) = (reqwest::Client::new(), format!("http://{}/readyz", world.bot_address()));
    while !client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
        assert!(bot.0.try_wait().unwrap().is_none(), "{}", fs::read_to_string(folder.join("log")).unwrap());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    bot
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

/// A minute in which webhooks tell of what is no release's business: pushes to a branch of somebody's, and statuses on it.
async fn bustle(world: &World, lasts: Duration) -> usize {
    let github = world.github();
    let (began, mut told) = (Instant::now(), 0);
    let tip = github.branches().into_iter().find(|branch| branch.name == "develop").unwrap().commit;
    // A second minute finds it there.
    let _ = github.create_branch("erin-gh", "feature/x", &tip).await;
    while began.elapsed() < lasts {
        let content = format!("{:?}\n", began.elapsed());
        let commit = github.push_commit("erin-gh", "feature/x", "x.txt", &content, "feat: x").await.unwrap();
        github.set_status("erin-gh", &commit, "ci/unit", "success", "fine").await.unwrap();
        told += 2;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    told
}

/// What GitHub was asked since then: how often, and how often that counted.
fn asked(world: &World, since: usize) -> (usize, usize) {
    let recorded = world.wire().recorded();
    let github = recorded[since..].iter().filter(|one| one.service == Service::GitHub);
    let statuses: Vec<u16> = github.map(|one| one.status).collect();
    (statuses.len(), statuses.iter().filter(|status| **status != 304).count())
}

/// What was asked most, to see where it comes from.
fn by_path(world: &World, since: usize) {
    let mut kinds = BTreeMap::<String, (usize, usize)>::new();
    for one in world.wire().recorded()[since..].iter().filter(|one| one.service == Service::GitHub) {
        let known = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
        let path: Vec<&str> = one.path.split('/').skip(4).map(|part| if known(part) { "N" } else { part }).collect();
        let kind = kinds.entry(format!("{} {}", one.method, path.join("/"))).or_default();
        kind.0 += 1;
        kind.1 += usize::from(one.status != 304);
    }
    for (kind, (all, counted)) in kinds {
        println!("           {all:6} {counted:6} counted  {kind}");
    }
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { size(&path) } else { fs::metadata(path).unwrap().len() }).sum()
}
