//! Production gets a version beside the old one, and then all of the traffic at once.

use std::collections::BTreeMap;

use super::{begin, merged};
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn deployed_beside_validated_switched_and_retired() {
    let story = merged("blue-green").await;
    story.pass(9).await;
    story.telegram_gives("grace", "beside").await;
    story.pass(50).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.in_short());
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
    insta::assert_snapshot!(story.in_short());
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

/// What CD was told last.
fn last_told(story: &Story) -> BTreeMap<String, String> {
    story.world.github().dispatches().pop().map(|(_, _, inputs)| inputs).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_back_in_the_way_of_the_environment() {
    let story = merged("blue-green").await;
    story.pass(9).await;
    story.telegram_gives("grace", "beside").await;
    story.pass(50).await;
    // The old side is gone by now: the version before is deployed again, and knows no shares.
    story.telegram_rolls_back("erin", "production reason=the basket is empty").await;
    story.pass(9).await;
    let told = last_told(&story);
    assert_eq!(told["tag"], "v2.1.1", "{}", story.told());
    assert!(["share", "slot", "action"].iter().all(|input| !told.contains_key(*input)), "{told:?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_back_to_the_old_side_while_it_is_there() {
    let story = begin("blue-green").await;
    story.telegram("dave", "/hotfix orders are lost").await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/basket.txt", "full\n", "fix(orders): lose none").await;
    story.pass(13).await;
    story.telegram_gives("bob", "regression").await;
    story.pass(1).await;
    story.discord_press("alice", "Merge").await;
    story.pass(18).await;
    story.telegram_rolls_back("erin", "production reason=the basket is empty").await;
    story.pass(9).await;
    assert_eq!(last_told(&story)["action"], "switch-back", "{}", story.told());
    story.end().await;
}
