//! Branches that somebody made by hand: offered, adopted, and what comes back to trunk by itself.

use sandbox::world::WorldSettings;

use crate::story::Story;

/// How often a place says this.
fn said(story: &Story, words: &str) -> usize {
    story.shown("Releases").matches(words).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_branch_made_by_hand_is_offered_once_and_led_once_somebody_says_so() {
    let story = Story::begin().await;
    story.world.github().create_branch("dave-gh", "release/v2.2.0", "develop").await.unwrap();
    story.push("lin", "release/v2.2.0", "src/gifts.txt", "cards\n", "feat: gift cards").await;
    story.pass(12).await;
    assert_eq!(said(&story, "release/v2.2.0 was made by hand"), 1, "{}", story.told());
    story.telegram_press("alice", "Adopt it").await;
    let told = said(&story, "was made by hand");
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    story.discord_approves("erin").await;
    insta::assert_snapshot!(story.short("Releases"));
    let github = story.world.github();
    assert_eq!(github.file("v2.2.0", "version.txt").await.unwrap().as_deref(), Some("2.2.0\n"));
    assert_eq!(github.file("main", "src/gifts.txt").await.unwrap().as_deref(), Some("cards\n"));
    story.pass(12).await;
    assert_eq!(said(&story, "was made by hand"), told, "what is released is offered no more");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_branch_made_by_hand_brings_its_fix_along() {
    let story = Story::begin().await;
    let github = story.world.github();
    github.lose_webhooks(true);
    github.create_branch("dave-gh", "hotfix/v2.1.2", "main").await.unwrap();
    story.push("dave-gh", "hotfix/v2.1.2", "src/guests.txt", "welcome\n", "fix: let guests check out").await;
    story.pass(6).await;
    assert_eq!(said(&story, "hotfix/v2.1.2 was made by hand"), 1, "found without a webhook: {}", story.told());
    github.lose_webhooks(false);
    story.telegram("dave", "/release adopt hotfix/v2.1.2").await;
    story.discord("alice", "release adopt", &[("branch", "hotfix/v2.1.2")]).await;
    story.pass(3).await;
    assert!(story.told().contains("Expedited review: your turn"), "{}", story.told());
    story.telegram("alice", "/release adopt feature/x").await;
    assert!(story.shown("Releases").contains("feature/x is not called like a branch of api"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tagged_on_a_hotfix_branch_made_by_hand_comes_back_to_trunk_by_itself() {
    let story = Story::begin_in(WorldSettings::trunk(), str::to_owned).await;
    let github = story.world.github();
    let (tag, branch) = ("v1.8.1", "hotfix/v1.8.1-fix-crash");
    github.create_branch("dave-gh", branch, "v1.8.0").await.unwrap();
    let fix = story.push("dave-gh", branch, "src/crash.txt", "none\n", "fix: do not crash").await;
    story.pass(6).await;
    assert_eq!(said(&story, "was made by hand"), 1, "{}", story.told());
    github.move_tag("dave-gh", tag, &fix).await.unwrap();
    story.settle().await;
    story.pass(6).await;
    let pulls = story.world.github().pull_requests();
    assert!(pulls.iter().any(|pull| pull.base == "main" && pull.head.starts_with("backport/")), "{}", story.told());
    let told = story.shown("Releases");
    assert!(told.contains(&format!("{tag} was tagged on {branch}")), "{told}");
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_bot_made_or_was_released_before_is_not_offered() {
    let story = Story::begin().await;
    let github = story.world.github();
    // Left over from long ago.
    github.create_branch("dave-gh", "release/v2.0.0", "main").await.unwrap();
    github.create_branch("dave-gh", "hotfix/v2.1.1", "main").await.unwrap();
    github.create_branch("dave-gh", "release/next", "develop").await.unwrap();
    story.settle().await;
    story.release_whole().await;
    story.pass(12).await;
    assert_eq!(said(&story, "was made by hand"), 0, "{}", story.told());
    story.end().await;
}
