//! What goes wrong between develop and production.

use sandbox::github::Outcome;

use super::begin;

#[tokio::test(flavor = "multi_thread")]
async fn failed_tests_block_and_are_named() {
    let story = begin("canary").await;
    story.discord("alice", "release prepare", &[]).await;
    story.world.github().check_ends("develop", "unit-tests", Outcome::Failure).await.unwrap();
    story.pass(4).await;
    story.telegram("alice", "/why").await;
    story.push("dave-gh", "develop", "src/fix.txt", "mended\n", "fix(tests): mend the basket").await;
    story.pass(4).await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staging_fails_is_tried_again_and_rolled_back() {
    let story = begin("canary").await;
    story.discord("alice", "release prepare", &[]).await;
    for _ in 0..3 {
        story.world.github().next_deploy("staging", Outcome::Failure);
    }
    story.pass(45).await;
    story.telegram("dave", "/why").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
