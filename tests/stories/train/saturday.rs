//! A hotfix on Saturday, while the train waits for Monday.

use super::{frozen, leaves_and_arrives, ready_to_leave, signed_off};

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_passes_the_weekend() {
    let story = frozen().await;
    signed_off(&story).await;
    story.until("2026-03-07 14:00").await;
    story.telegram("erin", "/hotfix description=\"Nobody can pay\"").await;
    story.push("dave-gh", "hotfix/v1.3.1", "src/pay.txt", "pay\n", "fix(payment): let people pay").await;
    story.pass(1).await;
    story.discord("alice", "approve", &[("gate", "review"), ("version", "1.3.1")]).await;
    story.pass(4).await;
    story.discord("alice", "release merge", &[("version", "1.3.1")]).await;
    story.pass(14).await;
    story.discord_gives("erin", "post-deploy").await;
    story.until("2026-03-07 16:00").await;
    // The fix is on dev now: those who had decided decide again.
    story.telegram_gives("bob", "qa").await;
    story.telegram("carol", "/approve product").await;
    story.until("2026-03-08 23:30").await;
    ready_to_leave(&story).await;
    leaves_and_arrives(&story).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
