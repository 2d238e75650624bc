//! What goes wrong between develop and production.

use sandbox::github::Outcome;

use super::{accepted, begin};
use crate::story::Story;

/// How many deploys have been asked for, those before the story included.
fn asked_for(story: &Story) -> usize {
    story.world.github().runs().iter().filter(|run| run.event == "workflow_dispatch").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_tests_block_and_are_named() {
    let story = begin("canary").await;
    let before = asked_for(&story);
    story.world.github().check_ends("develop", "unit-tests", Outcome::Failure).await.unwrap();
    story.settle().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(4).await;
    story.telegram("alice", "/why").await;
    assert!(story.told().contains("failed checks on develop: unit-tests"), "{}", story.told());
    assert_eq!(asked_for(&story), before, "nothing is deployed while the tests fail");
    story.push("dave-gh", "develop", "src/fix.txt", "mended\n", "fix(tests): mend the basket").await;
    story.pass(4).await;
    assert_eq!(asked_for(&story), before + 1, "once they are green, staging is");
    insta::assert_snapshot!(story.in_short());
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
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_release_conflicts_with_main_and_goes_on_once_that_is_resolved() {
    let story = accepted("canary").await;
    let (github, orders) = (story.world.github(), "read the basket\nrefuse an empty one\ncount twice\n");
    story.push("lin", "main", "src/orders.txt", orders, "fix(orders): count twice").await;
    story.pass(2).await;
    story.telegram("bob", "/why").await;
    story.telegram("alice", "/release merge").await;
    // Another look finds the same: nobody is told again.
    story.push("lin", "main", "README.md", "The shop.\n", "docs: say less").await;
    story.pass(2).await;
    let resolved = [("src/orders.txt", "read the basket\nrefuse an empty one\ncount twice, the last item too\n")];
    github.push_merge("erin-gh", "develop", "main", &resolved).await.unwrap();
    story.settle().await;
    story.pass(13).await;
    story.telegram_gives("bob", "acceptance").await;
    story.pass(1).await;
    insta::assert_snapshot!(story.in_short());
    story.discord_press("alice", "Merge").await;
    assert!(story.told().contains("✓ Merged: alice"), "{}", story.told());
    story.end().await;
}
