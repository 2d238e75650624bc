//! Production gets a version beside the old one, and then all of the traffic at once.

use super::merged;

#[tokio::test(flavor = "multi_thread")]
async fn deployed_beside_validated_switched_and_retired() {
    let story = merged("blue-green").await;
    story.pass(9).await;
    story.telegram_gives("grace", "beside").await;
    story.pass(50).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_signal_after_the_switch_takes_the_traffic_back() {
    let story = merged("blue-green").await;
    story.pass(9).await;
    story.telegram_gives("grace", "beside").await;
    story.pass(15).await;
    story.alert("HighErrorRate", "production", "firing").await;
    story.pass(10).await;
    story.telegram("erin", "/why").await;
    let last = story.world.github().runs().into_iter().max_by_key(|run| run.id).unwrap();
    assert_eq!(last.inputs["action"], "switch-back", "the old side is kept for exactly this");
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_beside_gets_no_traffic() {
    let story = merged("blue-green").await;
    story.pass(9).await;
    let reason = [("gate", "beside"), ("reason", "nobody can pay on the idle side")];
    story.discord("grace", "reject", &reason).await;
    story.pass(30).await;
    story.telegram("alice", "/why").await;
    let switched = story.world.github().runs().iter().any(|run| run.inputs.contains_key("action"));
    assert!(!switched, "the traffic stays where it is");
    insta::assert_snapshot!(story.told());
    story.end().await;
}
