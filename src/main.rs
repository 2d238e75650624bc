//! Starts Shipmate: arguments, logging, configuration, signals.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use shipmate::{
    app::App,
    config::Config,
    demo::{Demo, Wishes},
};
use tokio::signal::unix::{SignalKind, signal};

/// A release bot that lives in your team's chats.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Runs the bot until it is asked to stop.
    Run {
        /// The configuration.
        #[arg(long, default_value = "bot.toml")]
        config: PathBuf,
    },
    /// Runs the bot in a local world with both chats on one page: no tokens, no set-up.
    Demo {
        /// A git repository to try it on; it is copied, never touched.
        #[arg(long, value_name = "PATH")]
        repo: Option<PathBuf>,
        /// Where the page is; another port if this one is taken.
        #[arg(long, default_value_t = 4600)]
        port: u16,
        /// Keeps the bot's records in this folder instead of a temporary one.
        #[arg(long, value_name = "PATH")]
        store: Option<PathBuf>,
    },
    /// Reads the configuration and tells every problem in it.
    Check {
        /// The configuration.
        #[arg(long, default_value = "bot.toml")]
        config: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log(match arguments.what {
        What::Demo { .. } => "warn,octocrab=off,tracing::span=off",
        What::Run { .. } | What::Check { .. } => "info,octocrab=off,serenity=warn,tracing::span=off",
    });
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(problem) => return refuse(&[format!("the runtime does not start: {problem}")]),
    };
    let ended = runtime.block_on(async {
        match arguments.what {
            What::Run { config } => run(load(&config)?).await,
            What::Demo { repo, port, store } => demo(Wishes { repository: repo, port, store }).await,
            What::Check { config } => check(&load(&config)?),
        }
    });
    // Reads that block, such as a long poll, must not hold the process up.
    runtime.shutdown_background();
    ended.map_or_else(|problems| refuse(&problems), |()| ExitCode::SUCCESS)
}

fn load(path: &std::path::Path) -> Result<Config, Vec<String>> {
    let config = Config::load(path).map_err(|problems| vec![problems.to_string()])?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    Ok(config)
}

fn check(config: &Config) -> Result<(), Vec<String>> {
    let playbooks = shipmate::playbooks::load(config.playbooks.as_deref())?;
    let known = config.check_playbooks(playbooks.keys().map(String::as_str));
    known.map_err(|problems| vec![problems.to_string()])?;
    config.check_schedules(&playbooks).map_err(|problems| vec![problems.to_string()])?;
    println!("The configuration is fine.");
    Ok(())
}

async fn run(config: Config) -> Result<(), Vec<String>> {
    let app = App::start(config).await?;
    asked_to_stop(&app).await?;
    tracing::info!("stopping: finishing what is under way");
    app.drain().await.map_err(|problem| vec![problem.to_string()])
}

async fn demo(wishes: Wishes) -> Result<(), Vec<String>> {
    let demo = Demo::start(wishes).await?;
    println!(
        "Shipmate is aboard at {} — open it, be alice, and type /release prepare in Discord (Ctrl-C ends the demo).",
        demo.address()
    );
    asked_to_stop(demo.app()).await?;
    println!("Goodbye: finishing what is under way.");
    demo.stop().await.map_err(|problem| vec![problem.to_string()])
}

/// Waits for a signal; fails if the store can no longer be trusted.
async fn asked_to_stop(app: &App) -> Result<(), Vec<String>> {
    let (mut term, mut interrupt) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(term), Ok(interrupt)) => (term, interrupt),
        (Err(problem), _) | (_, Err(problem)) => return Err(vec![format!("signals cannot be heard: {problem}")]),
    };
    tokio::select! {
        _ = term.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        problem = app.broken() => Err(vec![problem.to_string()]),
    }
}

fn refuse(problems: &[String]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}

fn log(usual: &str) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("SHIPMATE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let colours = std::io::stderr().is_terminal();
    fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}
