//! A panic as one sentence in the log, with the name of the part that it happened in.

use std::{any::Any, panic::PanicHookInfo};

use crate::store::is_in_sled;

tokio::task_local! {
    /// The part that the running task is.
    pub(super) static PART: String;
}

/// From now on, a panic is one line of the log. sled's are caught where sled is called, and told by the store.
pub fn tell_panics() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let (why, part) = (line(&said(info.payload())), part());
    if place.contains("/sled-") || is_in_sled() {
        tracing::debug!(part, place, why, "sled panicked");
    } else {
        tracing::error!(
            part,
            place,
            why,
            "a part of Shipmate panicked: this is a mistake in Shipmate, please report it"
        );
    }
}

/// The part that this is in; the thread where it is no part's own.
fn part() -> String {
    let thread = || std::thread::current().name().unwrap_or("a thread").to_owned();
    PART.try_with(Clone::clone).unwrap_or_else(|_| thread())
}

/// What a panic said.
pub fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it did not say why".into())
}

/// One line of at most 300 characters.
pub(super) fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(300).collect()
}
