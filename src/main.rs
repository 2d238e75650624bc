//! Starts Shipmate: arguments, logging, configuration, signals.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use shipmate::{app::App, config::Config};
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
    /// Reads the configuration and tells every problem in it.
    Check {
        /// The configuration.
        #[arg(long, default_value = "bot.toml")]
        config: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(problem) => return refuse(&[format!("the runtime does not start: {problem}")]),
    };
    let ended = runtime.block_on(async {
        match arguments.what {
            What::Run { config } => run(load(&config)?).await,
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
    println!("The configuration is fine.");
    Ok(())
}

async fn run(config: Config) -> Result<(), Vec<String>> {
    let app = App::start(config).await?;
    let (mut term, mut interrupt) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(term), Ok(interrupt)) => (term, interrupt),
        (Err(problem), _) | (_, Err(problem)) => return Err(vec![format!("signals cannot be heard: {problem}")]),
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
        problem = app.broken() => return Err(vec![problem.to_string()]),
    }
    tracing::info!("stopping: finishing what is under way");
    app.drain().await.map_err(|problem| vec![problem.to_string()])
}

fn refuse(problems: &[String]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}

fn log() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("SHIPMATE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,octocrab=off,serenity=warn,tracing::span=off"));
    let colours = std::io::stderr().is_terminal();
    fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}
