//! What is said of new commits on a branch on which people decide.

use super::short;
use crate::domain::{
    message::{Block, Line, Message, Tone, line},
    release::{Release, fact::NewCommit, gate::Gate},
};

/// The answer to a decision on an earlier commit than the present one: what came since.
pub fn since(release: &Release, gate: &Gate, looked_at: &str) -> Message {
    let title = super::capital(&gate.title);
    let present = short(release.commit_at(gate));
    let message = Message::new(Tone::Bad, "The card you looked at is older").text(
        line()
            .plain("It was about ")
            .code(looked_at)
            .plain(format!("; {title} of {} is decided on ", release.name()))
            .code(present)
            .plain(" now. Nothing was decided."),
    );
    let came = release.came_since(gate, looked_at);
    let message = match &came {
        Some(came) if !came.is_empty() => {
            let lines = came.iter().map(|commit| commit_line(commit)).collect();
            message.text("What came since:").block(Block::List(lines))
        }
        Some(_) => message.text("No commits came: the branch was set back."),
        None => message.text("How it got there from the commit you looked at, I do not know."),
    };
    message.text("Look at that, and decide on the card as it stands now; /release status shows it.")
}

/// A commit as it is listed: its id, its first line, and whose it is.
pub(super) fn commit_line(commit: &NewCommit) -> Line {
    line().code(short(&commit.sha)).plain(format!(" {} ({})", commit.subject, commit.author))
}
