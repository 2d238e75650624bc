//! Starts Shipmate: arguments, logging, configuration, signals.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
#[cfg(feature = "demo")]
use shipmate::demo::{Demo, DemoOptions};
use shipmate::{
    app::{App, Launch},
    check::{self, CheckedConfig},
    clock::Clock,
    config::Config,
    logging, upkeep,
};
use tokio::signal::unix::{SignalKind, signal};

/// A release bot that lives in your team's chats.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    what: Command,
}

/// Where the store is.
#[derive(clap::Args)]
struct StorePlace {
    /// The configuration that names the store's folder.
    #[arg(long, default_value = "bot.toml")]
    config: PathBuf,
    /// The store's folder itself, instead of a configuration.
    #[arg(long, value_name = "PATH")]
    store: Option<PathBuf>,
}

impl StorePlace {
    /// The store's folder, how long it keeps what is over, and what time it is by the clock that the bot follows.
    async fn read(self) -> Result<(PathBuf, chrono::TimeDelta, chrono::DateTime<chrono::Utc>), Vec<String>> {
        let one = |problem: String| vec![problem];
        let config = match (without_secrets(&self.config), &self.store) {
            (Ok(config), _) => Some(config),
            (Err(_), Some(_)) => None,
            (Err(problem), None) => return Err(one(problem)),
        };
        let clock = match config.as_ref().and_then(|config| config.clock.as_ref()) {
            Some(url) => Clock::following(url).await.map_err(one)?,
            None => Clock::of_this_machine(),
        };
        let keep = config.as_ref().map_or(chrono::TimeDelta::days(365), |config| config.store.keep);
        let folder = self.store.or(config.map(|config| config.store.path)).unwrap_or_default();
        Ok((folder, keep, clock.now()))
    }
}

/// How to look at a store, while the bot runs or not.
#[derive(Subcommand)]
enum StoreLook {
    /// Shows the kinds of rows: how many, how large, how old, and which goes next.
    Stat(StorePlace),
    /// Reads every row, and ends with 1 if one cannot be read.
    Verify(StorePlace),
    /// Writes the store anew, without the room that what is gone still takes; only while the bot does not run.
    Compact(StorePlace),
}

#[derive(Subcommand)]
enum Command {
    /// Runs the bot until it is asked to stop.
    Run {
        /// The configuration.
        #[arg(long, default_value = "bot.toml")]
        config: PathBuf,
        /// Tries again what was set aside because it failed again and again.
        #[arg(long)]
        try_again: bool,
        /// Makes this bot the one that writes to its repositories, where another one with a store of its own has been it.
        #[arg(long)]
        take_over: bool,
    },
    #[cfg(feature = "demo")]
    /// Runs the bot in a local world with both chats on one page: no tokens, no set-up.
    Demo {
        /// What the team works by: quick-release (a release when somebody asks for one), weekly-train (a freeze on
        /// Thursday, QA on Friday, the deploy on Monday; the page's clock runs the week in minutes), module, monthly,
        /// git-flow or trunk.
        #[arg(default_value = "quick-release")]
        playbook: String,
        /// A git repository to try quick-release on; it is copied, never touched.
        #[arg(long, value_name = "PATH")]
        repo: Option<PathBuf>,
        /// Where the page is; another port if this one is taken.
        #[arg(long, default_value_t = 4600)]
        port: u16,
        /// Keeps the bot's records in this folder instead of a temporary one.
        #[arg(long, value_name = "PATH")]
        store: Option<PathBuf>,
    },
    /// Prints the events of a playbook in the weeks to come, in the team's zone and in UTC.
    Simulate {
        /// The playbook: the name of one that there is, or a file.
        playbook: String,
        /// The first day, such as 2026-03-02.
        #[arg(long, value_name = "DATE", value_parser = first_day)]
        from: chrono::NaiveDate,
        /// How many weeks.
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=520))]
        weeks: u32,
        /// The IANA time zone; the configuration's otherwise, or UTC.
        #[arg(long)]
        zone: Option<chrono_tz::Tz>,
        /// A configuration, for its zone, its days off and its own playbooks; `bot.toml` if that is there.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Backs up everything that the bot knows, while it runs or not.
    Backup {
        /// The file to write; it must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Makes a store out of a backup, in an empty folder.
    Restore {
        /// The backup.
        file: PathBuf,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Looks at what the bot knows: how much there is, and whether all of it can be read.
    Store {
        #[command(subcommand)]
        look: StoreLook,
    },
    /// Asks the bot that runs with a configuration whether it is alive; for containers and scripts.
    Health {
        /// The configuration that says where it listens.
        #[arg(long, default_value = "bot.toml")]
        config: PathBuf,
        /// Asks whether it is ready to work, too.
        #[arg(long)]
        ready: bool,
    },
    /// Reads the configuration and its playbooks, and tells every problem in them, or what was understood. Ends with 0 if
    /// nothing is wrong, with 1 if something is, and with 2 if it was not asked rightly.
    Check {
        /// The configuration.
        #[arg(long, default_value = "bot.toml")]
        config: PathBuf,
        /// Says it as one line of JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start(match arguments.what {
        #[cfg(feature = "demo")]
        Command::Demo { .. } => "warn",
        Command::Backup { .. } | Command::Restore { .. } | Command::Store { .. } | Command::Health { .. } => "warn",
        Command::Run { .. } | Command::Check { .. } | Command::Simulate { .. } => "info",
    });
    shipmate::work::tell_panics();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(problem) => return refuse(&[format!("the runtime does not start: {problem}")]),
    };
    let ended = runtime.block_on(async {
        match arguments.what {
            Command::Run { config, try_again, take_over } => run(load(&config)?, Launch { try_again, take_over }).await,
            #[cfg(feature = "demo")]
            Command::Demo { playbook, repo, port, store } => {
                demo(DemoOptions { playbook, repository: repo, port, store }).await
            }
            Command::Check { config, json } => check(&config, json),
            Command::Store { look: StoreLook::Stat(place) } => {
                let (folder, keep, now) = place.read().await?;
                said(upkeep::stat(&folder, keep, now))
            }
            Command::Store { look: StoreLook::Verify(place) } => {
                let (folder, _, now) = place.read().await?;
                println!("{}", upkeep::verify(&folder, now)?);
                Ok(())
            }
            Command::Store { look: StoreLook::Compact(place) } => said(upkeep::compact(&place.read().await?.0)),
            Command::Health { config, ready } => {
                let listen = without_secrets(&config).map_err(|problem| vec![problem])?.web.listen;
                said(upkeep::health(listen, ready).await)
            }
            Command::Backup { file, place } => {
                let (folder, _, now) = place.read().await?;
                said(upkeep::back_up(&folder, &file, now))
            }
            Command::Restore { file, place } => {
                let (folder, _, now) = place.read().await?;
                said(upkeep::restore(&file, &folder, now))
            }
            Command::Simulate { playbook, from, weeks, zone, config } => simulate(&playbook, from, weeks, zone, config),
        }
    });
    // Reads that block, such as a long poll, must not hold the process up.
    runtime.shutdown_background();
    ended.map_or_else(|problems| refuse(&problems), |()| ExitCode::SUCCESS)
}

fn load(path: &Path) -> Result<CheckedConfig, Vec<String>> {
    let checked = check::load(path, Clock::of_this_machine().now()).map_err(|problems| vec![problems.to_string()])?;
    for doubt in &checked.doubts {
        tracing::warn!("{doubt}");
    }
    Ok(checked)
}

fn check(path: &Path, as_json: bool) -> Result<(), Vec<String>> {
    let now = Clock::of_this_machine().now();
    let checked = check::load(path, now);
    if as_json {
        println!("{}", check::told::for_programs(&checked, now));
        return checked.map(drop).map_err(|_| vec![]);
    }
    let checked = checked.map_err(|problems| vec![problems.to_string()])?;
    check::told::for_people(&checked, now).iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn first_day(text: &str) -> Result<chrono::NaiveDate, String> {
    let example = || format!("`{text}` is not a day of the years 1970 to 2099; write it like 2026-03-02");
    shipmate::domain::time::far::day(text).ok_or_else(example)
}

fn simulate(
    playbook: &str,
    from: chrono::NaiveDate,
    weeks: u32,
    zone: Option<chrono_tz::Tz>,
    config: Option<PathBuf>,
) -> Result<(), Vec<String>> {
    let one = |problem: String| vec![problem];
    let path = config.or_else(|| Some(PathBuf::from("bot.toml")).filter(|path| path.exists()));
    let config = path.as_deref().map(without_secrets).transpose().map_err(one)?;
    let playbook = shipmate::playbooks::find(playbook, config.as_ref().and_then(|config| config.playbooks.as_deref()))?;
    let team = config.as_ref().map_or(chrono_tz::UTC, |config| config.time_zone);
    let zone = zone.map_or_else(|| playbook.zone_or(team), Ok).map_err(one)?;
    let holidays = config.map(|config| config.calendar.holidays).unwrap_or_default();
    let from = shipmate::domain::time::local::first(zone, from.and_time(chrono::NaiveTime::MIN));
    print!("{}", shipmate::messages::simulate::simulate(&playbook, zone, &holidays, from, weeks).map_err(one)?);
    print!("{}", shipmate::messages::way::way(&playbook).map_err(one)?);
    Ok(())
}

/// A configuration of which no secret is wanted, so no variable has to be set. Each stands for another secret.
fn without_secrets(path: &Path) -> Result<Config, String> {
    let (file, no_secret) = (path.display().to_string(), |name: &str| Some(format!("this-is-not-a-secret-{name}")));
    let text = std::fs::read_to_string(path).map_err(|problem| format!("{file} cannot be read: {problem}"))?;
    Config::parse(&text, &file, &no_secret).map_err(|problems| problems.to_string())
}

/// Says how something ended that somebody asked for.
fn said(done: Result<String, String>) -> Result<(), Vec<String>> {
    println!("{}", done.map_err(|problem| vec![problem])?);
    Ok(())
}

async fn run(checked: CheckedConfig, launch: Launch) -> Result<(), Vec<String>> {
    let app = App::start(checked, launch).await?;
    asked_to_stop(&app).await?;
    tracing::info!("stopping: finishing what is under way");
    app.drain().await.map_err(|problem| vec![problem.to_string()])
}

#[cfg(feature = "demo")]
async fn demo(options: DemoOptions) -> Result<(), Vec<String>> {
    let demo = Demo::start(options).await?;
    println!("Shipmate is aboard at {} — open it{} (Ctrl-C ends the demo).", demo.address(), demo.first());
    asked_to_stop(demo.app()).await?;
    println!("Goodbye: finishing what is under way.");
    demo.stop().await.map_err(|problem| vec![problem.to_string()])
}

/// Waits for a signal that asks to stop; fails if the store can no longer be trusted. A terminal that hangs up ends nothing.
async fn asked_to_stop(app: &App) -> Result<(), Vec<String>> {
    let hear = |kind| signal(kind).map_err(|problem| vec![format!("signals cannot be heard: {problem}")]);
    let mut term = hear(SignalKind::terminate())?;
    let (mut interrupt, mut hangup) = (hear(SignalKind::interrupt())?, hear(SignalKind::hangup())?);
    loop {
        tokio::select! {
            _ = term.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hangup.recv() => {
                tracing::info!("SIGHUP is passed over: bot.toml is read at the start; SIGTERM ends the bot");
            }
            problem = app.broken() => return Err(vec![problem.to_string()]),
        }
    }
}

fn refuse(problems: &[String]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}
