//! Branches that somebody made by hand: offered, adopted, and what comes back to trunk by itself.

use sandbox::{
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};
use serde_json::json;

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
    assert!(story.told().contains("Expedited review of api"), "{}", story.told());
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

/// The next so many calls of this kind are answered so.
fn refuse(story: &Story, times: usize, (method, path): (&str, &str), status: u16) {
    for _ in 0..times {
        let mishap = Mishap::Answer(status, vec![], json!({ "message": "Bad Gateway" }));
        let (method, path) = (method.to_owned(), path.to_owned());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
}

const FIX: &str = "hotfix/v1.8.2-fix-crash";

/// Somebody fixes production by hand, and nobody has said anything of it.
async fn fixed_by_hand() -> (Story, String) {
    let story = Story::begin_in(WorldSettings::trunk(), str::to_owned).await;
    story.world.github().create_branch("dave-gh", FIX, "v1.8.0").await.unwrap();
    let fix = story.push("dave-gh", FIX, "src/crash.txt", "none\n", "fix: do not crash").await;
    story.pass(6).await;
    (story, fix)
}

/// How many pull requests bring a fix back.
fn backports(story: &Story) -> usize {
    story.world.github().pull_requests().iter().filter(|pull| pull.head.starts_with("backport/v1.8.2")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_a_tagged_branch_is_said_once_and_it_is_adopted_after_that() {
    let (story, fix) = fixed_by_hand().await;
    assert_eq!(said(&story, "was made by hand"), 1, "{}", story.told());
    story.telegram("dave", "/hotfix severity=critical labels are empty").await;
    story.world.github().move_tag("dave-gh", "v1.8.2", &fix).await.unwrap();
    story.settle().await;
    story.pass(18).await;
    assert_eq!(said(&story, "made by hand and tagged, and I cannot adopt it"), 1, "{}", story.told());
    assert_eq!(backports(&story), 0, "{}", story.told());
    story.discord("alice", "release cancel", &[("version", "1.8.1"), ("reason", "one is enough")]).await;
    story.pass(9).await;
    assert_eq!(backports(&story), 1, "{}", story.told());
    assert_eq!(said(&story, "v1.8.2 was tagged on"), 1, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_does_not_answer_keeps_no_tagged_branch_from_being_adopted_later() {
    let (story, fix) = fixed_by_hand().await;
    refuse(&story, 200, ("GET", "/tags/v1.8.2"), 502);
    story.world.github().move_tag("dave-gh", "v1.8.2", &fix).await.unwrap();
    story.settle().await;
    story.pass(12).await;
    assert_eq!((backports(&story), said(&story, "cannot adopt")), (0, 0), "{}", story.told());
    story.world.wire().forget_faults();
    story.pass(9).await;
    assert_eq!((backports(&story), said(&story, "cannot adopt")), (1, 0), "{}", story.told());
    story.end().await;
}

/// A release branch made by hand is adopted, and its version is still to be written, for GitHub does not answer.
async fn adopted_and_not_written() -> Story {
    let story = Story::begin().await;
    story.world.github().create_branch("dave-gh", "release/v2.2.0", "develop").await.unwrap();
    story.push("lin", "release/v2.2.0", "src/gifts.txt", "cards\n", "feat: gift cards").await;
    story.pass(6).await;
    refuse(&story, 200, ("POST", "/git/trees"), 502);
    story.telegram_press("alice", "Adopt it").await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_before_the_version_is_written_comes_along() {
    let story = adopted_and_not_written().await;
    story.push("lin", "release/v2.2.0", "src/gifts.txt", "cards, wrapped\n", "feat: wrap them").await;
    story.world.wire().forget_faults();
    story.pass(12).await;
    let github = story.world.github();
    let read = async |path| github.file("release/v2.2.0", path).await.unwrap();
    assert_eq!(read("src/gifts.txt").await.as_deref(), Some("cards, wrapped\n"), "{}", story.told());
    assert_eq!(read("version.txt").await.as_deref(), Some("2.2.0\n"), "{}", story.told());
    assert!(read("CHANGELOG.md").await.unwrap_or_default().contains("wrap them"), "{}", story.told());
    assert_eq!(story.told().matches("git push origin --delete").count(), 0, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_to_delete_a_branch_that_somebody_made_by_hand() {
    let story = adopted_and_not_written().await;
    story.world.github().reset_branch("lin", "release/v2.2.0", "develop").await.unwrap();
    story.push("lin", "release/v2.2.0", "src/gifts.txt", "vouchers\n", "feat: vouchers").await;
    story.world.wire().forget_faults();
    story.pass(12).await;
    assert!(story.told().contains("branch release/v2.2.0 was rewritten since it was adopted"), "{}", story.told());
    assert_eq!(story.told().matches("git push origin --delete").count(), 0, "{}", story.told());
    story.discord("alice", "release cancel", &[("version", "2.2.0"), ("reason", "rewritten")]).await;
    story.telegram("alice", "/release adopt release/v2.2.0").await;
    story.pass(6).await;
    let read = async |path| story.world.github().file("release/v2.2.0", path).await.unwrap();
    assert_eq!(read("src/gifts.txt").await.as_deref(), Some("vouchers\n"), "{}", story.told());
    assert_eq!(read("version.txt").await.as_deref(), Some("2.2.0\n"), "{}", story.told());
    story.end().await;
}
