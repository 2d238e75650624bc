//! A hotfix is the last resort, and its fix returns to main.

use super::begin;
use crate::story::Story;

/// Critical: the fix is there, reviewed, and its tag builds.
async fn fixed() -> Story {
    let story = begin().await;
    story.telegram("dave", "/hotfix severity=critical labels are empty").await;
    let fix = ("src/label.txt", "never empty\n", "fix(label): fill it");
    story.push("dave-gh", "hotfix/v1.8.1-labels-are-empty", fix.0, fix.1, fix.2).await;
    story.pass(4).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn below_critical_it_is_refused_with_a_better_way() {
    let story = begin().await;
    story.telegram("dave", "/hotfix labels are crooked").await;
    story.telegram("dave", "/hotfix severity=high labels are crooked").await;
    story.discord("dave", "hotfix", &[("description", "labels are crooked"), ("severity", "low")]).await;
    story.discord_press("dave", "Flags").await;
    // Who may release is also shown what a release of main would bring.
    story.discord("alice", "hotfix", &[("description", "labels are crooked"), ("severity", "medium")]).await;
    story.discord_press("alice", "What is on main").await;
    story.telegram_press("dave", "It is critical").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_critical_fix_goes_to_production_and_back_to_main() {
    let story = fixed().await;
    story.pass(17).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story.discord("carol", "release promote", &[]).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_release_waits_for_the_fix_on_main() {
    let story = begin().await;
    story.telegram("dave", "/hotfix severity=critical labels are printed twice").await;
    let fix = ("src/parcel.txt", "parcel\nprint the label once\n", "fix(parcel): print the label once");
    story.push("dave-gh", "hotfix/v1.8.1-labels-are-printed-twice", fix.0, fix.1, fix.2).await;
    story.pass(4).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(17).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story.discord("carol", "release promote", &[]).await;
    story.pass(9).await;
    story.discord("alice", "release prepare", &[]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_a_person_pushes_brings_the_fix_to_main_at_once() {
    let story = begin().await;
    story.telegram("dave", "/hotfix severity=1 labels are empty").await;
    let branch = "hotfix/v1.8.1-labels-are-empty";
    let fix = story.push("dave-gh", branch, "src/label.txt", "never empty\n", "fix(label): fill it").await;
    story.world.github().move_tag("dave-gh", "v1.8.1", &fix).await.unwrap();
    story.settle().await;
    story.pass(6).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_review_asks_for_after_the_tag_comes_to_main_too() {
    let story = begin().await;
    let github = story.world.github();
    story.telegram("dave", "/hotfix severity=1 labels are empty").await;
    let branch = "hotfix/v1.8.1-labels-are-empty";
    let fix = story.push("dave-gh", branch, "src/label.txt", "never empty\n", "fix(label): fill it").await;
    github.move_tag("dave-gh", "v1.8.1", &fix).await.unwrap();
    story.settle().await;
    story.pass(4).await;
    // The reviewer asks for more.
    story.push("dave-gh", branch, "src/address.txt", "never empty either\n", "fix(address): fill it too").await;
    story.pass(4).await;
    assert_eq!(github.file("main", "src/label.txt").await.unwrap(), None, "nothing is merged before the review");
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(1).await;
    github.delete_tag("dave-gh", "v1.8.1").await.unwrap();
    story.settle().await;
    story.telegram_press("alice", "Retry").await;
    story.pass(4).await;
    insta::assert_snapshot!(story.in_short());
    for path in ["src/label.txt", "src/address.txt"] {
        assert!(github.file("main", path).await.unwrap().is_some(), "{path} is not on main");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_not_on_the_fix_is_said_and_waited_for() {
    let story = begin().await;
    let github = story.world.github();
    story.telegram("dave", "/hotfix severity=1 labels are empty").await;
    let main = github.branches().into_iter().find(|branch| branch.name == "main").unwrap().commit;
    github.move_tag("dave-gh", "v1.8.1", &main).await.unwrap();
    story.settle().await;
    story.telegram("erin", "/why").await;
    let branch = "hotfix/v1.8.1-labels-are-empty";
    let fix = story.push("dave-gh", branch, "src/label.txt", "never empty\n", "fix(label): fill it").await;
    github.move_tag("dave-gh", "v1.8.1", &fix).await.unwrap();
    story.settle().await;
    story.pass(2).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_conflicts_follows_the_tag() {
    let story = begin().await;
    let github = story.world.github();
    story.telegram("dave", "/hotfix severity=1 labels are printed twice").await;
    let branch = "hotfix/v1.8.1-labels-are-printed-twice";
    let text = "parcel\nprint the label once\n";
    let fix = story.push("dave-gh", branch, "src/parcel.txt", text, "fix(parcel): print the label once").await;
    github.move_tag("dave-gh", "v1.8.1", &fix).await.unwrap();
    story.settle().await;
    let more = story.push("dave-gh", branch, "src/address.txt", "never empty\n", "fix(address): fill it too").await;
    github.move_tag("dave-gh", "v1.8.1", &more).await.unwrap();
    story.pass(4).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(1).await;
    let draft = github.branches().into_iter().find(|branch| branch.name == "backport/v1.8.1-to-main").unwrap();
    assert_eq!(draft.commit, more, "the draft holds both commits");
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
