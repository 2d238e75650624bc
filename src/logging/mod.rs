//! The log: what is written to the error output, by whom, and how often.

mod pace;

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

pub use pace::of_strangers;

/// Libraries that write what people say, tokens of interactions or addresses with a token in them: they write nothing.
const TALKATIVE: [&str; 5] = ["serenity", "teloxide", "octocrab", "sled", "tokio_tungstenite"];

/// From now on the log is written: as `SHIPMATE_LOG` says or as usual, as lines for people, or as JSON for programs with
/// `SHIPMATE_LOG_FORMAT=json`.
pub fn start(usual: &str) {
    let wanted = std::env::var("SHIPMATE_LOG").unwrap_or_else(|_| usual.to_owned());
    let filter = EnvFilter::try_new(wanted).or_else(|_| EnvFilter::try_new(usual)).unwrap_or_default();
    let filter = filter.and(filter_fn(may_write));
    let log = fmt::layer().with_writer(std::io::stderr);
    if std::env::var("SHIPMATE_LOG_FORMAT").is_ok_and(|format| format == "json") {
        tracing_subscriber::registry().with(log.json().with_filter(filter)).init();
    } else {
        tracing_subscriber::registry().with(log.with_ansi(std::io::stderr().is_terminal()).with_filter(filter)).init();
    }
}

/// Whatever level is asked for: what we write ourselves is known to hold no secret and nobody's words; of others only warnings
/// are, and not of all.
fn may_write(line: &Metadata<'_>) -> bool {
    let of = |library: &str| line.target() == library || line.target().starts_with(&format!("{library}::"));
    match of("shipmate") || of("sandbox") {
        true => true,
        false => line.is_event() && *line.level() <= Level::WARN && !TALKATIVE.iter().any(|library| of(library)),
    }
}
