//! What is told of something that a release rests on and that is not there any more.

use super::short;
use crate::domain::{
    message::{Message, Tone},
    release::Release,
};

/// Something that a release rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foundation {
    /// Its tag, and the commit at which it was.
    Tag {
        /// The tag.
        name: String,
        /// The full id.
        commit: String,
    },
    /// Its branch, and its head as far as that was known.
    Branch {
        /// The branch.
        name: String,
        /// The full id.
        commit: String,
    },
    /// A pull request of its own that is to be merged.
    PullRequest {
        /// Its number.
        number: u64,
    },
    /// That a pull request of its own is not merged before its turn.
    Turn {
        /// Its number.
        number: u64,
    },
}

/// Who merged a release's pull request before its turn, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Early {
    /// Who; empty if GitHub does not say.
    pub by: String,
    /// Into which branch.
    pub base: String,
    /// What was missing; empty if nothing is any more.
    pub before: String,
    /// Whether the release's own commits are not in it: it was squashed or rebased.
    pub rewritten: bool,
}

/// A release's own pull request was merged before its turn.
pub fn merged_early(release: &Release, number: u64, early: &Early) -> Message {
    let Early { by, base, before, rewritten } = early;
    let who = if by.is_empty() { "Somebody" } else { by };
    let before = if before.is_empty() { String::new() } else { format!(": {before}") };
    let message = Message::new(Tone::Bad, format!("\u{26a0} {}: #{number} was merged before its turn", release.name()))
        .text(format!("{who} merged it into {base}{before}."));
    let message = match rewritten {
        true => message.text(format!(
            "It was squashed or rebased: {base} has its content, but not the commits that were decided on."
        )),
        false => message,
    };
    let tag = &release.spec.tag;
    message.text(match rewritten {
        true => format!(
            "`git switch {base}; git merge {tag}; git push` brings the commits there once {tag} is made; or revert it on {base} \
             and end the release with /release cancel."
        ),
        false => format!(
            "Go on, and the release takes the merge as it is once its gates are through; or revert it on {base} and end the \
             release with /release cancel."
        ),
    })
}

/// What is missing of a release, and the way on.
pub fn missing(release: &Release, missed: &Foundation) -> Message {
    let (title, way) = match missed {
        Foundation::Tag { name, commit } => (
            format!("tag {name} is gone"),
            format!("Put it back onto {}: nothing else is deployed or published.", short(commit)),
        ),
        Foundation::Branch { name, commit } => (
            format!("branch {name} is gone"),
            format!("Restore it on GitHub, at {}: it is still to be merged.", short(commit)),
        ),
        Foundation::PullRequest { number } => (
            format!("#{number} was closed without merging"),
            "Reopen it on GitHub: it is still to be merged.".to_owned(),
        ),
        Foundation::Turn { number } => {
            (format!("#{number} was merged before its turn"), "Revert it on GitHub, or go on.".to_owned())
        }
    };
    Message::new(Tone::Bad, format!("\u{26a0} {}: {title}", release.name()))
        .text(format!("{way} Or end the release with /release cancel."))
}
