//! The playbook `trunk`: a tag on main, and one artifact that is promoted until production runs it.

mod beside;
mod hotfix;
mod promotion;
mod too_early;
mod trouble;

use sandbox::world::WorldSettings;

use crate::story::Story;

/// A team on trunk, Monday at 09:00.
async fn begin() -> Story {
    Story::begin_with(WorldSettings::trunk()).await
}

/// v1.2.0 is tagged, built, and on dev; its artifact is known.
async fn on_dev() -> Story {
    let story = begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story
}
