//! The bot's own status is no check: green it proves nothing, and red it is nothing that failed.

use sandbox::{github::Outcome, world::WorldSettings};

use crate::story::Story;

/// Whether a branch's pull request has been merged.
fn is_merged(story: &Story, head: &str) -> bool {
    story.world.github().pull_requests().iter().any(|pull| pull.head == head && pull.merged)
}

fn tip(story: &Story, branch: &str) -> String {
    let branches = story.world.github().branches();
    branches.into_iter().find(|found| found.name == branch).unwrap().commit
}

async fn ci_is_green(story: &Story, branch: &str) {
    story.world.github().check_ends(branch, "ci", Outcome::Success).await.unwrap();
    story.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_merged_before_ci_has_said_anything() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    story.world.github().ci_is_late(true);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    let release =
        story.world.github().pull_requests().iter().find(|pull| pull.head == "release/v2.2.0").unwrap().number;
    assert_eq!(story.light(release), "success: its gates are through");
    story.telegram("alice", "/release merge").await;
    let told = story.shown("Releases");
    assert!(told.contains("cannot be merged yet: no check has reported yet"), "{told}");
    assert!(!is_merged(&story, "release/v2.2.0"), "{told}");
    ci_is_green(&story, "release/v2.2.0").await;
    story.telegram("alice", "/release merge").await;
    assert!(is_merged(&story, "release/v2.2.0"), "{}", story.told());

    // The bot merges the back-merge by itself, and waits for the same.
    story.pass(15).await;
    let back = "backport/v2.2.0-to-develop";
    assert!(story.told().contains("no check has reported yet"), "{}", story.told());
    assert!(!is_merged(&story, back), "{}", story.told());
    ci_is_green(&story, back).await;
    story.pass(2).await;
    assert!(is_merged(&story, back), "{}", story.told());
    story.end().await;
}

/// A team on git-flow where a person proposes what stands on `develop`, so that it bears the bot's status.
async fn proposed(freeze: bool) -> Story {
    let story = Story::begin_with(WorldSettings::git_flow()).await;
    story.requires_the_check(&["main"], vec![]).await;
    if freeze {
        story.telegram("carol", "/freeze start \"the audit\" branches=main").await;
    }
    story.world.github().ci_is_late(true);
    story.push("dave-gh", "develop", "src/late.txt", "late\n", "feat: late").await;
    story.world.github().open_pull_request("dave-gh", "develop", "main", "what is next").await.unwrap();
    story.settle().await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_waits_for_the_tests_of_a_commit_that_only_the_bot_has_looked_at() {
    let story = proposed(false).await;
    let tip = tip(&story, "develop");
    assert_eq!(story.light_on(&tip), "success: no freeze is active");
    story.discord("alice", "release prepare", &[]).await;
    story.pass(2).await;
    assert!(story.told().contains("No check of develop has reported yet"), "{}", story.told());
    ci_is_green(&story, "develop").await;
    story.pass(1).await;
    assert!(story.told().contains("· deploying staging"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_of_another_branch_is_no_test_that_failed() {
    let story = proposed(true).await;
    let tip = tip(&story, "develop");
    assert!(story.light_on(&tip).starts_with("failure: freeze #1"), "{}", story.light_on(&tip));
    ci_is_green(&story, "develop").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(1).await;
    assert!(!story.told().contains("failed checks"), "{}", story.told());
    assert!(story.told().contains("· deploying staging"), "{}", story.told());
    story.end().await;
}
