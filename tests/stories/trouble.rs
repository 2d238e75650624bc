//! What goes wrong on the way, and how people get past it.

use sandbox::github::Outcome;

use super::release::deploys;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn production_fails_and_is_retried() {
    let story = Story::begin().await;
    story.world.github().next_outcome("production.yml", Outcome::Failure);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story.discord("bob", "why", &[]).await;
    story.telegram_press("bob", "Retry").await;
    story.telegram_press("alice", "Retry").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    assert_eq!(deploys(&story, "production.yml"), 2);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_merge_conflicts_and_a_person_resolves_it() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story
        .push("lin", "develop", "CHANGELOG.md", "# Changelog\n\nRewritten by hand.\n", "docs: rewrite the changelog")
        .await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    story.discord_approves("erin").await;
    insta::assert_snapshot!(story.in_short());
    let open: Vec<_> = story.world.github().pull_requests().into_iter().filter(|pull| pull.open).collect();
    assert_eq!(open.len(), 1, "the back-merge stays open");
    assert!(open[0].body.as_deref().unwrap_or_default().contains("CHANGELOG.md"));
    story.discord("alice", "release skip", &[("reason", "the changelog was merged by hand")]).await;
    assert!(story.told().contains("It took"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn github_has_trouble_and_the_release_goes_on_by_itself() {
    use sandbox::wire::{Fault, Mishap, Service};
    let story = Story::begin().await;
    let trouble = |method: &str, path: &str, mishap| {
        story.world.wire().fail_next(Fault {
            service: Service::GitHub,
            method: method.into(),
            path: path.into(),
            mishap,
        });
    };
    trouble("POST", "/git/refs", Mishap::CutAfter);
    trouble("POST", "/pulls", Mishap::Answer(502, vec![], serde_json::json!({ "message": "Bad gateway" })));
    trouble("POST", "/dispatches", Mishap::CutAfter);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(12).await;
    insta::assert_snapshot!(story.short("Releases"));
    assert_eq!(deploys(&story, "staging.yml"), 1, "asked once, although the answer was lost");
    story.end().await;
}
