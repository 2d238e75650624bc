//! The playbook `git-flow`: develop to staging, then to main and production, by canary or blue-green.

mod acceptance;
mod canary;
mod drift;
mod hold;
mod hotfix;
mod pushes;
mod retries;
mod switch;
mod trouble;

use sandbox::world::WorldSettings;

use crate::story::{Story, with_hooks};

/// A team on git-flow, Monday at 09:00, whose monitoring may report.
async fn begin(strategy: &str) -> Story {
    let strategy = format!("strategy = \"{strategy}\"");
    let alter = |toml: &str| with_hooks(&toml.replace("strategy = \"canary\"", &strategy));
    Story::begin_in(WorldSettings::git_flow(), alter).await
}

/// The next version is accepted on staging, and its pull request is ready.
pub(super) async fn accepted(strategy: &str) -> Story {
    let story = begin(strategy).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(4).await;
    story
}

/// It is merged, and on its way to production.
pub(super) async fn merged(strategy: &str) -> Story {
    let story = accepted(strategy).await;
    story.discord_press("alice", "Merge").await;
    story
}
