//! What runs is what was decided on: a tag that somebody moves meanwhile is not deployed as if nothing had happened.

use sandbox::{
    wire::{Moment, Verdict},
    world::WorldSettings,
};

use super::release::deploys;
use crate::story::{Story, with_hooks};

const WINDOW: &str = "[[windows]]\nname = \"deploy hours\"\ndays = \"Mon-Thu\"\nhours = \"05:00-16:00\"\n\
                      zone = \"America/Toronto\"\n";

/// v2.2.0 is approved and merged, and waits for the window in which production takes deploys.
async fn waits_for_its_window() -> Story {
    let story = Story::begin_in(WorldSettings::default(), |toml| with_hooks(&format!("{toml}{WINDOW}"))).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story
}

/// `/deploys` names what CD runs, and not the version before; one goes back from that to what was good.
async fn runs_undecided(story: &Story, commit: &str) {
    let before = story.told();
    story.discord("bob", "deploys", &[]).await;
    let told = story.told();
    let board = told.strip_prefix(&before).unwrap_or(&told);
    let production = board.lines().find(|line| line.contains("Production:")).unwrap_or(board);
    assert!(production.contains("2.2.0") && production.contains(commit), "{board}");
    assert!(production.contains("not what was decided on") && !production.contains("2.1.1"), "{board}");
    story.telegram("dave", "/release rollback production dry-run reason=it is not ours").await;
    assert!(story.told().contains("back to v2.1.1"), "{}", story.told());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_moved_while_a_deploy_waits_is_not_deployed() {
    let story = waits_for_its_window().await;
    let decided = story.world.github().tags().into_iter().find(|tag| tag.name == "v2.2.0").unwrap().commit;
    story.world.github().move_tag("dave-gh", "v2.2.0", "develop").await.unwrap();
    story.settle().await;
    story.pass(60).await;
    assert_eq!(deploys(&story, "production.yml"), 0, "{}", story.told());
    story.telegram("bob", "/why").await;
    let told = story.told();
    assert!(told.contains("tag v2.2.0 was moved"), "{told}");
    assert!(!told.contains("In sync") && !told.contains("LIVE IN PRODUCTION"), "{told}");
    // Put back where it was, it may go on.
    story.world.github().move_tag("dave-gh", "v2.2.0", &decided).await.unwrap();
    story.discord("alice", "release retry", &[]).await;
    story.pass(9).await;
    assert!(story.told().contains("LIVE IN PRODUCTION"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_moved_as_cd_is_asked_is_an_incident() {
    let story = waits_for_its_window().await;
    story.world.wire().set_trap(|_, request, moment| {
        let asks = request.path.ends_with("production.yml/dispatches") && moment == Moment::Before;
        if asks { Verdict::Hold } else { Verdict::Pass }
    });
    story.world.clock().advance(chrono::TimeDelta::minutes(52));
    story.world.wire().holds().await;
    story.world.github().move_tag("dave-gh", "v2.2.0", "develop").await.unwrap();
    story.world.wire().let_go();
    story.settle().await;
    story.telegram("bob", "/why").await;
    assert!(story.told().contains("not what was decided on"), "it is said as soon as it shows: {}", story.told());
    story.pass(15).await;
    let told = story.told();
    assert!(!told.contains("LIVE IN PRODUCTION"), "{told}");
    assert!(story.shown("#incidents").contains("api 2.2.0 failed in production"), "{told}");
    assert!(story.shown("#incidents").contains("not what was decided on"), "{told}");
    runs_undecided(&story, "2.2.0").await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_moved_between_two_environments_goes_no_further() {
    let story = Story::begin_with(WorldSettings::trunk()).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story.push("dave-gh", "main", "src/late.txt", "late\n", "feat(late): one more thing").await;
    story.world.github().move_tag("dave-gh", "v1.9.0", "main").await.unwrap();
    story.settle().await;
    story.discord_press("dave", "Promote to qa").await;
    story.pass(9).await;
    story.telegram("alice", "/why").await;
    assert!(story.told().contains("tag v1.9.0 was moved"), "{}", story.told());
    let asked = story.world.github().deployments();
    let asked = asked.iter().any(|one| one["environment"] == "qa" && one["ref"] == "v1.9.0");
    assert!(!asked, "qa was not asked");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_gone_is_not_deployed() {
    let story = waits_for_its_window().await;
    story.world.github().delete_tag("dave-gh", "v2.2.0").await.unwrap();
    story.settle().await;
    story.pass(60).await;
    assert_eq!(deploys(&story, "production.yml"), 0, "{}", story.told());
    assert!(story.told().contains("tag v2.2.0 is gone"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cd_that_reports_another_commit_is_not_believed() {
    let reports = |toml: &str| with_hooks(&toml.replace("workflow = \"production.yml\"", "reports = true"));
    let story = Story::begin_in(WorldSettings::default(), reports).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
    let body = serde_json::json!({
        "project": "api", "environment": "production", "version": "2.2.0", "status": "succeeded",
        "at": story.world.clock().now().to_rfc3339(), "commit": "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e",
    });
    assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
    story.pass(2).await;
    let told = story.told();
    assert!(!told.contains("LIVE IN PRODUCTION") && told.contains("not what was decided on"), "{told}");
    runs_undecided(&story, "`5ca1ab1`").await;
    story.end().await;
}
