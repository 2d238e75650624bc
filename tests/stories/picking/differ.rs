//! What people chose and what the branch holds differ: it is named, those who choose are asked, and the tag waits.

use sandbox::world::WorldSettings;

use super::{file, picks};
use crate::story::Story;

const BRANCH: &str = "26.03.01-release";

async fn monthly() -> Story {
    picks(WorldSettings::monthly(), "{branch}", &[], &[]).await
}

/// S-20005 was begun on top of S-20002.
async fn on_top(story: &Story) {
    story.world.github().create_branch("frank-gh", "S-20005", "S-20002").await.unwrap();
    story.push("frank-gh", "S-20005", "src/holidays.txt", "none\n", "feat(reminder): S-20005 not on holidays").await;
}

fn is_tagged(story: &Story) -> bool {
    story.world.github().tags().iter().any(|tag| tag.name == "26.03.01")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_that_brings_another_along_is_named_before_it_is_complete() {
    let story = monthly().await;
    on_top(&story).await;
    story.telegram("carol", "/release add S-20005 S-20004").await;
    story.discord("bob", "why", &[]).await;
    // Carol takes both, and is asked for the choice as it is now.
    story.telegram("carol", "/release add S-20002").await;
    story.telegram_press("carol", "Stories complete").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    insta::assert_snapshot!(story.in_short());
    assert!(is_tagged(&story));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stays_although_it_was_taken_out_is_named() {
    let story = monthly().await;
    on_top(&story).await;
    story.telegram("carol", "/release add S-20002 S-20005").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("carol", "/release remove S-20002 legal says no").await;
    story.discord("carol", "why", &[]).await;
    assert!(story.told().contains("S-20002 stays in 26.03.01-release, although it was taken out"), "{}", story.told());
    // Only without the other one it goes.
    story.telegram("carol", "/release remove S-20005 then that neither").await;
    assert_eq!(file(&story, BRANCH, "src/calendar.txt").await, "");
    story.telegram("carol", "/release add S-20001").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    assert!(is_tagged(&story), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_to_a_story_that_is_in_is_asked_about_while_qa_tests_and_the_tag_waits() {
    let story = monthly().await;
    story.telegram("carol", "/release add S-20002 S-20004").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.push("erin-gh", "S-20002", "src/calendar.txt", "no Sundays, no Mondays\n", "fix: S-20002 nor Mondays").await;
    story.telegram("bob", "/approve qa").await;
    assert!(!is_tagged(&story), "what was chosen is asked first: {}", story.told());
    story.discord("alice", "why", &[]).await;
    story.discord_press("carol", "Stories complete").await;
    insta::assert_snapshot!(story.in_short());
    assert_eq!(file(&story, "26.03.01", "src/calendar.txt").await, "no Sundays\n", "what QA has seen");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_that_is_written_anew_is_taken_in_again_when_they_say_so() {
    let story = monthly().await;
    story.telegram("carol", "/release add S-20002 S-20004").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.world.github().reset_branch("erin-gh", "S-20002", "main").await.unwrap();
    story.push("erin-gh", "S-20002", "src/days.txt", "Sunday: no\n", "fix(reminder): S-20002 in another way").await;
    assert!(story.told().contains("S-20002 was force-pushed after it came in"), "{}", story.told());
    // The branch that held both: what is in is not taken back by bringing more.
    story.telegram("carol", "/release remove S-20002 in another way").await;
    story.telegram("carol", "/release add S-20002").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    assert!(is_tagged(&story), "{}", story.told());
    assert_eq!(file(&story, "26.03.01", "src/calendar.txt").await, "");
    assert_eq!(file(&story, "26.03.01", "src/days.txt").await, "Sunday: no\n");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_merge_and_revert_on_the_branch_is_named() {
    let story = monthly().await;
    story.telegram("carol", "/release add S-20002 S-20004").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    let github = story.world.github();
    github.push_merge("dave-gh", BRANCH, "S-20001", &[]).await.unwrap();
    story.settle().await;
    assert!(story.told().contains("S-20001 is in 26.03.01-release, although nobody chose it"), "{}", story.told());
    let merge = merge_of(&story, "S-20004", BRANCH).await;
    let revert = github.revert("dave-gh", BRANCH, &merge).await.unwrap();
    story.settle().await;
    assert!(story.told().contains("S-20004 is reverted in 26.03.01-release"), "{}", story.told());
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    assert!(!is_tagged(&story), "{}", story.told());
    // The one is accepted, the other brought back.
    github.revert("dave-gh", BRANCH, &revert).await.unwrap();
    story.settle().await;
    story.telegram("carol", "/release add S-20001").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    insta::assert_snapshot!(story.short("Releases"));
    assert!(is_tagged(&story), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reverted_story_is_taken_out_of_a_branch_that_lives_on() {
    let story = picks(WorldSettings::module(), "phase1-proj", &[], &[]).await;
    story.telegram("carol", "/release add S-10001 S-10002").await;
    story.telegram("carol", "/release remove S-10001 not now").await;
    let merge = merge_of(&story, "S-10001", "phase1-proj").await;
    story.world.github().revert("erin-gh", "phase1-proj", &merge).await.unwrap();
    story.settle().await;
    story.telegram("carol", "/release remove S-10001 not now").await;
    story.telegram("carol", "/approve stories").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

/// The merge that brought a story.
async fn merge_of(story: &Story, name: &str, branch: &str) -> String {
    let path = format!("/commits?sha={branch}&per_page=100");
    let ask = story.world.github().ask_as("dave-gh", axum::http::Method::GET, &path, serde_json::Value::Null);
    let commits = ask.await.unwrap();
    let merges = |commit: &&serde_json::Value| {
        commit["commit"]["message"].as_str().unwrap_or_default().starts_with(&format!("Merge {name} into"))
    };
    commits.as_array().unwrap().iter().find(merges).unwrap()["sha"].as_str().unwrap().to_owned()
}
