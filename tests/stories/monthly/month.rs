//! A whole month: stories picked, one resolved, one taken out again, both passes, production, main; and a fix.

use super::begin;
use crate::{stories::calver::production_is_fixed, story::Story};

/// A story is tried on dev and on qa.
pub(super) async fn works(story: &Story, name: &str) {
    for _ in ["dev", "qa"] {
        story.pass(18).await;
        story.telegram("bob", &format!("/approve {name}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_window_to_production_and_main() {
    let story = begin().await;
    story.until("2026-03-02 09:00").await;
    story.telegram("alice", "/release add S-20001").await;
    works(&story, "S-20001").await;
    story.discord("carol", "release add", &[("stories", "S-20003")]).await;
    works(&story, "S-20003").await;
    story.telegram("alice", "/release add S-20004").await;
    works(&story, "S-20004").await;
    story.telegram("carol", "/release remove S-20004 not this month").await;
    story.pass(1).await;
    let github = story.world.github();
    let both = [("src/invoice.txt", "both of them\n")];
    github.push_merge("frank-gh", "s5_26.03.01-release", "S-20003", &both).await.unwrap();
    story.settle().await;
    story.pass(1).await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    story.discord_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.telegram_gives("grace", "drill").await;
    story.pass(18).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    story.pass(4).await;
    insta::assert_snapshot!(story.in_short());
    insta::assert_snapshot!("the_repository_after_a_month", story.repository().await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn production_is_fixed_between_two_months() {
    let story = begin().await;
    production_is_fixed(&story, "src/total.txt", "sum\n").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
