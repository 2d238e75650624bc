//! Production gets a version step by step.

use super::merged;

#[tokio::test(flavor = "multi_thread")]
async fn the_share_grows_step_by_step() {
    let story = merged("canary").await;
    story.pass(15).await;
    story.telegram("erin", "/why").await;
    story.pass(60).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_signal_rolls_the_canary_back() {
    let story = merged("canary").await;
    story.pass(15).await;
    story.alert("HighErrorRate", "production", "firing").await;
    story.pass(10).await;
    story.telegram("erin", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_bad_signal_the_canary_begins_anew() {
    let story = merged("canary").await;
    story.pass(32).await;
    story.alert("HighErrorRate", "production", "firing").await;
    story.pass(9).await;
    story.alert("HighErrorRate", "production", "resolved").await;
    let resume = [("environment", "production"), ("reason", "the database was at fault, not the release")];
    story.discord("alice", "release resume", &resume).await;
    story.discord("alice", "release retry", &[]).await;
    story.pass(72).await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_passes_the_canary_which_then_gets_no_more_traffic() {
    let story = merged("canary").await;
    story.pass(10).await;
    story.telegram("erin", "/hotfix the basket is empty").await;
    story.push("dave-gh", "hotfix/v2.2.1", "src/basket.txt", "full\n", "fix(basket): fill it").await;
    story.pass(13).await;
    story.telegram_gives("bob", "gate=regression version=2.2.1").await;
    story.pass(4).await;
    story.discord("alice", "release merge", &[("version", "2.2.1")]).await;
    story.pass(40).await;
    story.telegram("alice", "/why version=2.2.0").await;
    let shares = story.world.github().runs().into_iter().filter_map(|run| run.inputs.get("share").cloned());
    assert_eq!(shares.collect::<Vec<_>>(), ["5", "100"], "the canary's five, and all for the hotfix");
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_takes_the_canary_back() {
    let story = merged("canary").await;
    story.pass(32).await;
    story.telegram("erin", "/release rollback production dry-run reason=the basket is empty").await;
    story.telegram_rolls_back("erin", "production the basket is empty").await;
    story.pass(9).await;
    story.discord("bob", "deploys", &[]).await;
    story.telegram("alice", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
