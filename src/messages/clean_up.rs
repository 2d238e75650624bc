//! What a cancelled release leaves on GitHub, in words: what is removed, and what stays and why.

use std::collections::BTreeMap;

use commands::Invocation;

use super::{about, all, count, spoken};
use crate::domain::{
    deploy::ledger::Ledger,
    message::{Button, Look, Message, Tone},
    release::{
        Release,
        leftover::{CleanUp, KeptFor, Leftover},
    },
};

/// What it is called: `branch release/v2.2.0`, `tag v2.2.0`, `#13`.
pub fn name(left: &Leftover) -> String {
    match left {
        Leftover::PullRequest { number } => format!("#{number}"),
        Leftover::Tag { name } => format!("tag {name}"),
        Leftover::Branch { name } => format!("branch {name}"),
    }
}

/// Several of them, with a comma between them.
pub fn names(left: &[Leftover]) -> String {
    left.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What becomes of it all when the release is cancelled, as far as that is known before: `Removes branch release/v2.2.0 and tag
/// v2.2.0, closes #13.`
pub fn ahead(release: &Release, ledgers: &BTreeMap<String, Ledger>) -> String {
    let (mut removed, mut closed, mut kept) = (vec![], vec![], vec![]);
    for left in release.leftovers().iter().rev() {
        match (release.kept_for(left, ledgers), left) {
            (Some(why), _) => kept.push(format!("{} stays: {}", name(left), because(left, &why))),
            (None, Leftover::PullRequest { .. }) => closed.push(name(left)),
            (None, Leftover::Tag { .. } | Leftover::Branch { .. }) => removed.push(name(left)),
        }
    }
    let listed = |verb: &str, names: &[String]| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        (!names.is_empty()).then(|| format!("{verb} {}", all(&names)))
    };
    let done: Vec<String> = [listed("removes", &removed), listed("closes", &closed)].into_iter().flatten().collect();
    let done = if done.is_empty() { "Removes nothing on GitHub".to_owned() } else { super::capital(&done.join(", ")) };
    let kept: String = kept.iter().map(|kept| format!(" {}.", super::capital(kept))).collect();
    format!("{done}.{kept}")
}

/// What is asked before a release is cancelled.
pub fn question(release: &Release, ledgers: &BTreeMap<String, Ledger>) -> Message {
    let message = Message::new(Tone::Asking, format!("Cancel {}?", release.name()));
    let message = message.text(ahead(release, ledgers));
    let (cancel, keep) = (about(release, "release cancel"), about(release, "release cancel").with("keep", "yes"));
    let leaves = release.leftovers().iter().any(|left| release.kept_for(left, ledgers).is_none());
    let say = |words: &str, look, said: &Invocation| Button::say(words, look, said);
    let keep = say("Leave them\u{2026}", Look::Plain, &keep).filter(|_| leaves);
    message.row(say("Cancel it\u{2026}", Look::Danger, &cancel).into_iter().chain(keep).collect())
}

/// The same where the reason is asked for at once.
pub fn why(release: &Release, ledgers: &BTreeMap<String, Ledger>, keep: bool) -> Message {
    let message = Message::new(Tone::Asking, format!("Cancel {}?", release.name()));
    if keep {
        return message.text("What it made on GitHub stays there. Why?");
    }
    let leaves = release.leftovers().iter().any(|left| release.kept_for(left, ledgers).is_none());
    let keep = if leaves { " With keep=yes behind the command they stay." } else { "" };
    message.text(format!("{}{keep} Why?", ahead(release, ledgers)))
}

/// What is told when it is cancelled.
pub fn told(release: &Release, ledgers: &BTreeMap<String, Ledger>) -> String {
    let left = release.leftovers();
    if left.is_empty() {
        return "Nothing was left behind on GitHub.".to_owned();
    }
    if release.state.clean_up.is_none() {
        return format!("Left on GitHub, as asked: {}.", names(&left));
    }
    let (kept, removed): (Vec<_>, Vec<_>) =
        left.into_iter().rev().partition(|left| release.kept_for(left, ledgers).is_some());
    match (removed.as_slice(), kept.as_slice()) {
        ([], kept) => format!("Left on GitHub: {}; its card says why.", names(kept)),
        (removed, _) => format!("I remove what only it made, and its card says how that goes: {}.", names(removed)),
    }
}

/// What became of it, for the card: `Removed: branch release/v2.2.0, tag v2.2.0, #13 closed.`, and what stays and why.
pub fn came(release: &Release) -> (String, Vec<String>) {
    let (mut removed, mut kept, mut ahead) = (vec![], vec![], vec![]);
    for left in release.leftovers().iter().rev() {
        let closed = if matches!(left, Leftover::PullRequest { .. }) { " closed" } else { "" };
        match release.clean_up_of(left) {
            Some(CleanUp::Removed) => removed.push(format!("{}{closed}", name(left))),
            Some(CleanUp::Gone) => removed.push(format!("{}{closed} by others", name(left))),
            Some(CleanUp::Kept { why }) => kept.push(format!("{} ({})", name(left), because(left, why))),
            Some(CleanUp::Begun) | None if release.state.clean_up.is_some() => ahead.push(name(left)),
            Some(CleanUp::Begun) | None => kept.push(name(left)),
        }
    }
    let listed = |verb: &str, names: &[String]| (!names.is_empty()).then(|| format!("{verb}: {}.", names.join(", ")));
    let words: Vec<String> = [listed("Removing", &ahead), listed("Removed", &removed)].into_iter().flatten().collect();
    (words.join(" "), kept)
}

/// Why it stays.
fn because(left: &Leftover, why: &KeptFor) -> String {
    match why {
        KeptFor::Others => "others made it".to_owned(),
        KeptFor::Moved { at } => format!("it was moved to {at}"),
        KeptFor::Deployed { environment } => format!("{} got it", spoken(environment)),
        KeptFor::Page => "it has a release page".to_owned(),
        KeptFor::Merged if matches!(left, Leftover::PullRequest { .. }) => "it is merged".to_owned(),
        KeptFor::Merged => "it is in production's branch".to_owned(),
        KeptFor::BringsBack => "it brings to other lines what production has".to_owned(),
        KeptFor::Pull { number } => format!("#{number} needs it"),
        KeptFor::Commits { count: commits, by } => {
            let by: Vec<&str> = by.iter().map(String::as_str).collect();
            let verb = if *commits == 1 { "is" } else { "are" };
            format!("{} by {} {verb} nowhere else", count(*commits, "commit"), all(&by))
        }
        KeptFor::TooMany => "more came to it than GitHub names".to_owned(),
        KeptFor::NoProject => "bot.toml names its project no more; remove it on GitHub".to_owned(),
        KeptFor::Github { problem } => {
            let verb = if matches!(left, Leftover::PullRequest { .. }) { "close" } else { "remove" };
            format!("{problem}; {verb} it there")
        }
    }
}
