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
    };
    Message::new(Tone::Bad, format!("\u{26a0} {}: {title}", release.name()))
        .text(format!("{way} Or end the release with /release cancel."))
}
