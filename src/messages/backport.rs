//! What is said about fixes that were tagged or have shipped, and are not on every line yet.

use super::capital;
use crate::domain::{
    message::{Block, Button, Line, Message, Tone, line},
    release::backport::MissingBackport,
    team::people::{People, Permission},
};

/// The daily reminder; it mentions whoever looks after the fix.
pub fn reminder(debt: &MissingBackport, people: &People) -> Message {
    let who = match people.named(&debt.owner) {
        Some(owner) => vec![owner.name.clone()],
        None => people.holding(&people.roles_with(Permission::Release)),
    };
    let pages = debt.open().filter_map(|owed| owed.pull.as_ref());
    let pages = pages.map(|(number, url)| Button::open(format!("Open #{number}"), url)).collect();
    Message::new(Tone::Asking, format!("\u{23f0} {} {} is still owed to {}", debt.project, debt.tag, debt.owed_to()))
        .block(Block::Quote(debt.description.clone()))
        .text(
            line()
                .plain(if debt.tagged_only { "It was tagged " } else { "It shipped " })
                .time(debt.shipped)
                .plain(". The next release waits for it."),
        )
        .row(pages)
        .ping(who)
}

/// A fix that was found on a line, whoever brought it there.
pub fn arrived(debt: &MissingBackport, on: &str) -> Message {
    let message = Message::new(Tone::Good, format!("\u{1f504} {on} has the fix of {}", debt.tag));
    match debt.is_settled() {
        true => message,
        false => message.text(format!("Still owed to {}.", debt.owed_to())),
    }
}

/// Why the next release does not begin, and the ways out.
pub fn refusal(debts: &[MissingBackport]) -> String {
    let owed: Vec<String> = debts.iter().map(sentence).collect();
    format!(
        "{}. Merge that first, so that it is not lost with the next version; or say why it may go without: /release \
         prepare waive=\u{2026}",
        capital(&owed.join("; and "))
    )
}

/// `the fix of v2.1.2 (orders are lost) has shipped but is not on develop (#31)`; of one that production has not had yet that
/// it is tagged.
pub fn sentence(debt: &MissingBackport) -> String {
    let how = if debt.tagged_only { "is tagged" } else { "has shipped" };
    format!("the fix of {} ({}) {how} but is not on {}", debt.tag, debt.description, debt.owed_to())
}

/// Somebody lets a release begin nevertheless.
pub fn waived(name: &str, by: &str, reason: &str, owed: &[String]) -> Message {
    let lines: Vec<Line> = owed.iter().map(|sentence| line().plain(capital(sentence))).collect();
    Message::new(Tone::Bad, format!("\u{26a0} {by} begins {name} without a fix that is still owed"))
        .block(Block::Quote(reason.to_owned()))
        .block(Block::List(lines))
}
