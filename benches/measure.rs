//! Measures the real program in the local world: how soon it listens, what it costs when idle, how fast it answers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be taken has nothing to tell")]

mod bot;

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use bot::Bot;
use sandbox::world::{World, WorldSettings};

/// How often the program is started.
const STARTS: usize = 15;
/// How many commands one after the other, and how many at once.
const COMMANDS: usize = 300;
const AT_ONCE: usize = 100;
/// How many of one person are heard at once; then time passes on the world's clock.
const PACE: usize = 40;
/// How long the idle program is watched.
const IDLE: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() {
    // Another build of the program can be measured by naming its file.
    let program = std::env::var_os("SHIPMATE_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_shipmate").into());
    let program = Path::new(&program);
    let folder = tempfile::tempdir().unwrap();
    println!("program    {:.1} MB on disk", mega(fs::metadata(program).unwrap().len()));

    let mut ready = vec![];
    for _ in 0..STARTS {
        // A world of its own each time, and a store that is already there.
        let (world, bot, took) = start(program, folder.path()).await;
        ready.push(took);
        bot.stop().await;
        drop(world);
    }
    println!("start      {} from the start of the process to Discord's greeting ({STARTS} starts)", spread(&mut ready));

    let (world, bot, _) = start(program, folder.path()).await;
    world.telegram().wait_until_connected().await.unwrap();
    let (before, began) = (bot.processor_time(), Instant::now());
    tokio::time::sleep(IDLE).await;
    let busy = (bot.processor_time() - before).as_secs_f64() / began.elapsed().as_secs_f64();
    println!(
        "idle       {} MiB resident, {} threads, {:.2} % of a processor (all clients connected, {} s)",
        bot.status("VmRSS").div_ceil(1024),
        bot.status("Threads"),
        busy * 100.0,
        IDLE.as_secs()
    );

    let discord = world.discord();
    let whoami = |who: &str| discord.command(who, "releases", "whoami", &[]).unwrap();
    let people = world.people();
    let (mut acknowledged, mut answered) = (vec![], vec![]);
    for nth in 0..COMMANDS {
        if nth % PACE == 0 {
            world.clock().advance(chrono::TimeDelta::minutes(2));
        }
        let asked = Instant::now();
        let record = discord.answered(whoami("alice")).await.unwrap();
        answered.push(asked.elapsed());
        acknowledged.push(record.acknowledged_after.unwrap());
    }
    println!(
        "commands   acknowledged within {}, answered within {} ({COMMANDS} of them, one by one)",
        spread(&mut acknowledged),
        spread(&mut answered)
    );

    let began = Instant::now();
    world.clock().advance(chrono::TimeDelta::minutes(2));
    let asked: Vec<_> = people.iter().cycle().take(AT_ONCE).map(|person| whoami(person.name)).collect();
    let mut acknowledged = vec![];
    for id in asked {
        acknowledged.push(discord.answered(id).await.unwrap().acknowledged_after.unwrap());
    }
    println!(
        "burst      {AT_ONCE} commands at once: acknowledged within {}, all answered after {:.0} ms",
        spread(&mut acknowledged),
        millis(began.elapsed())
    );
    println!("afterwards {} MiB resident", bot.status("VmRSS").div_ceil(1024));
    bot.stop().await;
    println!(
        "store      {:.1} MB on disk after {} commands",
        mega(size(&folder.path().join("store"))),
        COMMANDS + AT_ONCE
    );
}

/// A world, and the program in it from the moment it is on Discord; with how long that took.
async fn start(program: &Path, folder: &Path) -> (World, Bot, Duration) {
    let world = World::start(WorldSettings { rate: 1.0, ..WorldSettings::default() }).await.unwrap();
    let configuration = folder.join("bot.toml");
    fs::write(&configuration, world.bot_toml(&folder.join("store"))).unwrap();
    let mut command = Command::new(program);
    command.args(["run", "--config"]).arg(configuration);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(folder.join("log")).unwrap());
    let began = Instant::now();
    let bot = Bot(command.spawn().unwrap());
    if let Err(refused) = world.discord().wait_until_connected().await {
        panic!("{refused}:\n{}", fs::read_to_string(folder.join("log")).unwrap_or_default());
    }
    (world, bot, began.elapsed())
}

/// The middle one, and the one that 99 of 100 stay below.
fn spread(times: &mut [Duration]) -> String {
    times.sort();
    let at = |share: usize| millis(times[(times.len() * share / 100).min(times.len() - 1)]);
    format!("{:.1} ms (p50), {:.1} ms (p99)", at(50), at(99))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { size(&path) } else { fs::metadata(path).unwrap().len() }).sum()
}
