//! What the bot says when it sets something aside.

use crate::domain::{
    aside::{Aside, Row},
    message::{Message, Tone},
};

/// Something was set aside: what, that everything else goes on, and the way out.
pub fn aside(aside: &Aside) -> Message {
    Message::new(Tone::Bad, format!("Set aside: {}", aside.what))
        .text(format!("I failed over it again and again. That is a mistake of mine; my log says how. {}", left(aside)))
        .text(format!("Everything else goes on. {}", way_out(aside)))
}

/// The sentence about it in `/readyz`.
pub fn sentence(aside: &Aside) -> String {
    let why: String = aside.why.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    format!("set aside since {}: {} ({why})", aside.at.format("%Y-%m-%d %H:%M UTC"), aside.what)
}

/// What is not done.
fn left(aside: &Aside) -> &'static str {
    match aside.row {
        Row::Incoming(_) => "It was not done, and whoever said it has been told so.",
        Row::Post(_) => "It is not shown.",
        Row::Release(_) if aside.unreadable => "It cannot be read, so it is as if it were not there.",
        Row::Release(_) => "It stays as it is, and goes no further.",
        Row::Suspects(_) => "What may have caused it is not looked up.",
        Row::Calls(_) => "Nobody else is called to it, so please look at it now.",
        Row::Switch(_) => "The flag may be as it was; please look.",
        Row::Entry(_) => "It does not happen any more.",
        Row::MissingBackport(_) => "Nobody is reminded of it any more.",
        Row::Freezes(_) => "Its pull requests show no freeze that begins from now on; please tell everybody.",
        Row::Deployed(_) => "What was deployed before I came is not known.",
    }
}

fn way_out(aside: &Aside) -> &'static str {
    match aside.row {
        Row::Incoming(_) => "Say it in other words, or again once a newer Shipmate runs.",
        Row::Release(_) if !aside.unreadable => {
            "A newer Shipmate tries it again by itself; /release retry does so at once, and /release cancel ends it."
        }
        Row::Release(_)
        | Row::Post(_)
        | Row::Suspects(_)
        | Row::Calls(_)
        | Row::Switch(_)
        | Row::Entry(_)
        | Row::MissingBackport(_)
        | Row::Freezes(_)
        | Row::Deployed(_) => "A newer Shipmate tries it again by itself, and so does a start with `--try-again`.",
    }
}
