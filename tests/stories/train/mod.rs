//! The weekly train: from the code freeze on Thursday to the end of the freeze on Monday.

mod bad_week;
mod calendar;
mod clock;
mod empty;
mod failing_deploy;
mod fixes;
mod good_week;
mod night_and_fog;
mod own_cd;
mod saturday;
mod second_thoughts;
mod surprises;

use sandbox::world::WorldSettings;

use crate::story::Story;

/// A team that releases by the weekly train; it is Thursday, 5 March 2026, 09:00 in Toronto.
async fn thursday_morning() -> Story {
    Story::begin_with(WorldSettings::weekly_train()).await
}

/// Its code freeze, and the feature review.
async fn frozen() -> Story {
    let story = thursday_morning().await;
    freezes(&story).await;
    story
}

async fn freezes(story: &Story) {
    story.until("2026-03-05 15:00").await;
    story.until("2026-03-05 17:00").await;
    story.discord("carol", "approve", &[("gate", "features")]).await;
}

/// Friday's decisions.
async fn signed_off(story: &Story) {
    story.until("2026-03-06 11:00").await;
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
}

/// Monday's, before the departure.
async fn ready_to_leave(story: &Story) {
    story.until("2026-03-09 09:45").await;
    story.pass(4).await;
    story.telegram_gives("erin", "pre-flight").await;
    story.discord("alice", "approve", &[("gate", "review")]).await;
}

/// What follows the deploy.
async fn verified(story: &Story) {
    story.discord_gives("erin", "smoke").await;
    story.discord_gives("bob", "qa-live").await;
    story.telegram("carol", "/approve verify").await;
}

/// Monday from the departure to the end of the freeze, when nothing is in the way.
async fn leaves_and_arrives(story: &Story) {
    story.until("2026-03-09 10:00").await;
    story.pass(9).await;
    verified(story).await;
    story.until("2026-03-09 11:00").await;
}

/// A train of which the pull request is open on Monday, and that lacks pre-flight and review.
pub(super) async fn until_review(story: &Story) {
    freezes(story).await;
    signed_off(story).await;
    story.until("2026-03-09 09:45").await;
    story.pass(4).await;
}

/// A train that may leave on Monday at ten.
pub(super) async fn until_monday(story: &Story) {
    freezes(story).await;
    signed_off(story).await;
    ready_to_leave(story).await;
}
