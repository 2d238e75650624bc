//! The playbook `module`: a project branch, stories, two passes in staging with a drill between, versions by date.

mod hotfix;
mod owed;
mod second_thoughts;
mod trouble;
mod two_passes;

use sandbox::world::WorldSettings;

use crate::story::{Story, with_hooks};

/// A team of the module, Monday at 09:00 in Toronto.
async fn begin() -> Story {
    Story::begin_in(WorldSettings::module(), with_hooks).await
}

/// Two stories are tried on DEV and in; QA has them.
pub(super) async fn picked() -> Story {
    let story = begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.telegram("alice", "/release add S-10001 S-10002").await;
    story.pass(9).await;
    story.telegram("bob", "/approve S-10001").await;
    story.pass(9).await;
    story.telegram("bob", "/approve S-10002").await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    story
}

/// QA has tested them together.
async fn tested() -> Story {
    let story = picked().await;
    story.telegram_gives("bob", "qa").await;
    story
}

/// The first pass is over, with its drill, and the version has its tag.
pub(super) async fn tagged() -> Story {
    let story = tested().await;
    story.pass(9).await;
    story.discord_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.telegram_gives("grace", "drill").await;
    story.pass(9).await;
    story
}
