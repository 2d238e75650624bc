//! What is asked back before something is done.

use commands::Invocation;

use super::{about, place, short, spoken};
use crate::domain::{
    deploy::ledger::Bad,
    message::{Block, Button, Look, Message, Tone, asked_back::AskedBack, line},
    release::Release,
};

/// What a roll-back replaces by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaces {
    /// Where.
    pub environment: String,
    /// The version that goes.
    pub from: String,
    /// Whether that is on its way only.
    pub on_its_way: bool,
    /// The version that comes back.
    pub to: String,
    /// Its tag.
    pub tag: String,
}

impl Replaces {
    /// `production: 2.3.0 → 2.2.1`
    pub fn in_words(&self) -> String {
        let way = if self.on_its_way { ", which is on its way" } else { "" };
        format!("{}: {}{way} \u{2192} {}", spoken(&self.environment), self.from, self.to)
    }
}

/// A roll-back is asked back about. `before` is what a yes had meant, if that has changed since.
pub fn roll_back(
    replaces: &Replaces,
    reason: &str,
    bad: Option<&Bad>,
    before: Option<&AskedBack>,
    number: u64,
) -> Message {
    let environment = &replaces.environment;
    let title = match before {
        None => format!("Roll {} back?", spoken(environment)),
        Some(_) => format!("{} has changed: roll it back all the same?", place(environment)),
    };
    let mut message = Message::new(Tone::Asking, title).text(line().bold(replaces.in_words()));
    if let Some(before) = before {
        let was = before.meant.rsplit(": ").next().unwrap_or_default();
        message = message.text(format!("It was {was} when you were asked."));
    }
    message = message.block(Block::Quote(reason.to_owned()));
    if let Some(bad) = bad {
        let marks = line().code(short(&bad.commit)).plain(format!(" ({}) would be marked as bad.", bad.title));
        message = message.text(marks);
    }
    let yes = Button::say(label(&replaces.tag), Look::Danger, &yes(number));
    message
        .text(format!("{} takes no deploys from then on, until somebody resumes it.", place(environment)))
        .row(yes.into_iter().collect())
}

/// Whether the release's pull request is to be merged, or what somebody merged otherwise is gone on with.
pub fn merge(release: &Release, number: u64) -> Message {
    let deploys = release.deploys_at_merge();
    let production = &release.spec.production;
    let merges = if deploys.is_some() { "Merge and deploy" } else { "Merge it" };
    let (title, label) = match release.merged_otherwise() {
        Some(merge) if merge.rewritten => {
            (format!("Go on with #{number} as it was merged into {production}?"), "Take it as it is")
        }
        Some(_) => (format!("Merge the rest of #{number} into {production}?"), merges),
        None => (format!("Merge #{number} into {production}?"), merges),
    };
    let merge = Button::say(label, Look::Primary, &about(release, "release merge"));
    let message = Message::new(Tone::Asking, title);
    let message =
        deploys.into_iter().fold(message, |message, to| message.text(format!("{} deploys at once.", place(to))));
    message.row(merge.into_iter().collect())
}

fn label(tag: &str) -> String {
    format!("Roll back to {tag}").chars().take(40).collect()
}

fn yes(number: u64) -> Invocation {
    Invocation::new("confirm").with("question", number.to_string())
}
