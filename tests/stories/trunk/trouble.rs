//! What goes wrong on the way of an artifact.

use sandbox::github::Outcome;

use super::{begin, on_dev};

const ANOTHER: &str = "sha256:5f0c2b7de1a94c83b6f7a0d2e4c6189ab3d5e7f90123456789abcdef01234567";

#[tokio::test(flavor = "multi_thread")]
async fn another_artifact_goes_no_further() {
    let story = on_dev().await;
    story.world.github().next_digest("qa", ANOTHER);
    story.discord_press("dave", "Promote to qa").await;
    story.pass(9).await;
    story.telegram("alice", "/why").await;
    story.discord_press("alice", "Retry").await;
    story.pass(9).await;
    story.telegram("bob", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_that_was_built_anew_is_not_promoted() {
    let story = on_dev().await;
    story.world.github().next_digest("dev", ANOTHER);
    story.world.github().run_again("dave-gh", "build.yml").await.unwrap();
    story.pass(9).await;
    story.discord_press("dave", "Promote to qa").await;
    story.telegram("alice", "/why").await;
    insta::assert_snapshot!(story.in_short());
    let deployments = story.world.github().deployments();
    let asked = deployments.iter().any(|one| one["environment"] == "qa" && one["ref"] == "v1.9.0");
    assert!(!asked, "qa was not asked");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn production_fails_three_times_and_is_rolled_back() {
    let story = on_dev().await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(69).await;
    for _ in 0..3 {
        story.world.github().next_deploy("prod", Outcome::Failure);
    }
    story.telegram("carol", "/release promote prod").await;
    story.pass(50).await;
    story.discord("dave", "why", &[]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tests_on_main_fail() {
    let story = begin().await;
    story.push("dave-gh", "main", "src/parcel.txt", "label thrice\n", "feat(parcel): print the label thrice").await;
    story.world.github().check_ends("main", "unit-tests", Outcome::Failure).await.unwrap();
    story.settle().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(4).await;
    story.telegram("alice", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
