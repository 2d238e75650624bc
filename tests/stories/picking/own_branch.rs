//! Stories in a branch of the release alone, as in a monthly window.

use sandbox::{
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};
use serde_json::json;

use super::{file, merges_by_hand, picks};
use crate::story::Story;

const BRANCH: &str = "26.03.01-release";

async fn monthly() -> Story {
    picks(WorldSettings::monthly(), "{branch}", &[], &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflicting_story_is_left_out_until_it_is_resolved() {
    let story = monthly().await;
    story.telegram("dave", "/release add S-20001").await;
    story.telegram("carol", "/release add S-20001 S-29999").await;
    story.telegram("carol", "/release add").await;
    story.telegram_press("carol", "S-20001").await;
    story.discord("alice", "release add", &[("stories", "S-20002, s-20003"), ("dry-run", "true")]).await;
    story.discord("alice", "release add", &[("stories", "S-20002, s-20003")]).await;
    story.discord("bob", "why", &[]).await;
    assert_eq!(file(&story, BRANCH, "src/calendar.txt").await, "no Sundays\n", "the others go on");

    // Frank merges it by hand.
    let resolved = "collect the items\nadd them up\ntake the discount off, add the tax, then round\nsend\n";
    merges_by_hand(&story, "frank-gh", (BRANCH, "S-20003", BRANCH), "src/invoice.txt", resolved).await;
    story.discord("alice", "release status", &[]).await;
    story.telegram_press("carol", "Stories complete").await;
    story.pass(9).await;
    story.telegram("carol", "/release remove S-20002 it can wait").await;
    story.telegram("bob", "/approve qa").await;
    story.telegram("carol", "/release add S-20004").await;
    story.telegram("carol", "/release remove S-20001 too late").await;
    story.discord("bob", "release notes", &[]).await;
    story.telegram("grace", "/approve").await;
    insta::assert_snapshot!(story.in_short());
    assert_eq!(file(&story, "26.03.01", "src/invoice.txt").await, resolved);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_resolved_after_complete_comes_in_only_if_somebody_says_so() {
    let story = monthly().await;
    story.telegram("carol", "/release add S-20001 S-20003").await;
    assert!(story.told().contains("S-20003 is left out"), "{}", story.told());
    story.telegram_press("carol", "Stories complete").await;
    story.pass(9).await;
    // Its own branch is put right: nothing of it comes in by itself.
    let resolved = "collect the items\nadd them up\ntake the discount off, add the tax, then round\nsend\n";
    merges_by_hand(&story, "frank-gh", ("S-20003", BRANCH, BRANCH), "src/invoice.txt", resolved).await;
    story.pass(9).await;
    assert!(!file(&story, BRANCH, "src/invoice.txt").await.contains("discount"), "{}", story.told());
    story.telegram("carol", "/release add S-20003").await;
    story.pass(1).await;
    assert!(file(&story, BRANCH, "src/invoice.txt").await.contains("discount"), "{}", story.told());
    assert!(!story.world.github().tags().iter().any(|tag| tag.name == "26.03.01"), "it is complete once more first");
    // What is in already is not picked a second time.
    story.telegram("carol", "/release add S-20003").await;
    assert!(story.told().contains("S-20003 is picked for"), "{}", story.told());
    story.telegram_press("carol", "Stories complete").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    assert_eq!(file(&story, "26.03.01", "src/invoice.txt").await, resolved, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_read_while_a_story_is_merged_is_read_later() {
    let story = monthly().await;
    story.discord("alice", "release add", &[("stories", "S-20001")]).await;
    for _ in 0..40 {
        let mishap = Mishap::Answer(403, vec![], json!({ "message": "Resource not accessible by integration" }));
        let (method, path) = ("GET".to_owned(), "/compare/".to_owned());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
    story.discord("alice", "release add", &[("stories", "S-20003")]).await;
    story.pass(1).await;
    let told = story.told();
    assert!(told.contains("tried again soon") || told.contains("I try again"), "{told}");
    story.world.wire().forget_faults();
    story.pass(9).await;
    let told = story.told();
    assert!(told.contains("src/invoice.txt"), "the conflict is told once it can be read: {told}");
    assert!(!told.contains("/release retry tries it again"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_is_taken_out_after_it_was_merged() {
    let story = monthly().await;
    story.telegram("carol", "/release add S-20001 S-20002 S-20003 S-20004").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story
        .discord("alice", "release remove", &[("story", "S-20001"), ("reason", "legal says no"), ("dry-run", "true")])
        .await;
    story.discord("alice", "release remove", &[("story", "S-20001"), ("reason", "legal says no")]).await;
    let invoice = file(&story, BRANCH, "src/invoice.txt").await;
    assert!(invoice.contains("discount") && !invoice.contains("tax"), "{invoice}");
    story.telegram("bob", "/approve qa").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    insta::assert_snapshot!(story.in_short());
    insta::assert_snapshot!("the_repository_without_the_story", story.repository().await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_story_opens_the_stories_again() {
    let story = monthly().await;
    story.telegram("carol", "/approve stories").await;
    assert_eq!(
        story.suggested("release add", &[], ("stories", "S-20003 s-2000")).await,
        ["S-20003 S-20001", "S-20003 S-20002", "S-20003 S-20003", "S-20003 S-20004"]
            .map(|both| format!("{both} = {both}"))
    );
    story.telegram("carol", "/release add S-20001 S-20002").await;
    story.telegram("carol", "/release remove S-20004 typo").await;
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("bob", "/reject qa the invoice lacks a discount").await;
    story.telegram("carol", "/release add S-20004").await;
    story.telegram("bob", "/approve qa").await;
    assert_eq!(
        story.suggested("release remove", &[], ("story", "")).await,
        ["S-20001", "S-20002", "S-20004"].map(|one| format!("{one} = {one}"))
    );
    story.telegram("carol", "/approve stories").await;
    story.pass(9).await;
    story.telegram("bob", "/approve qa").await;
    insta::assert_snapshot!(story.short("Releases"));
    assert_eq!(file(&story, "26.03.01", "src/spreadsheet.txt").await, "columns\n");
    story.end().await;
}
