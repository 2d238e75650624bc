//! What is told of a release or hotfix branch that somebody made by hand.

use commands::Invocation;

use super::code::with_code;
use crate::domain::message::{Button, Look, Message, Tone, line};

/// Such a branch is there: it can be adopted.
pub fn offered(project: &str, (branch, tag): (&str, &str), by: Option<&str>, stages: &[String]) -> Message {
    let last =
        by.map_or_else(|| "It has no commit of its own yet.".to_owned(), |by| format!("Its last commit is by {by}."));
    let say = Invocation::new("release adopt").with("branch", branch);
    let way = line().plain(format!("I do not lead it. Adopted, it goes to production as {tag} by way of "));
    Message::new(Tone::Asking, format!("\u{1f33f} {branch} was made by hand in {project}"))
        .text(last)
        .text(way.plain(format!("{}.", stages.join(" \u{2192} "))))
        .text(format!("Nothing happens before somebody says /release adopt {branch}."))
        .row(Button::say_of("Adopt it", Look::Primary, &say, project).into_iter().collect())
}

/// A tag is there on such a branch, and the fix goes back to its line.
pub fn adopted(project: &str, branch: &str, tag: &str, by: Option<&str>) -> Message {
    let whose = by.map(|by| format!(" Its last commit is by {by}.")).unwrap_or_default();
    Message::new(Tone::Working, format!("\u{1f3f7} {project}: {tag} was tagged on {branch}, which was made by hand"))
        .text(format!("I have taken it up, so that the fix comes back to its line.{whose} Everything else waits for people as ever."))
}

/// It has to be adopted and cannot be.
pub fn not_adopted(project: &str, branch: &str, why: &str) -> Message {
    Message::new(Tone::Bad, format!("\u{26a0} {project}: {branch} was made by hand and tagged, and I cannot adopt it"))
        .text(with_code(why))
        .text(format!("Then /release adopt {branch} has me lead it."))
}
