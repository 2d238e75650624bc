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
    assert!(!told.contains("In sync") && !told.contains("is live"), "{told}");
    // Put back where it was, it may go on.
    story.world.github().move_tag("dave-gh", "v2.2.0", &decided).await.unwrap();
    story.discord("alice", "release retry", &[]).await;
    story.pass(9).await;
    assert!(story.told().contains("is live"), "{}", story.told());
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
    assert!(!told.contains("is live"), "{told}");
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
    assert!(!told.contains("is live") && told.contains("not what was decided on"), "{told}");
    runs_undecided(&story, "`5ca1ab1`").await;
    story.end().await;
}

/// How production is deployed: CD is asked in one of two ways, or reports what people have it do.
const WAYS: [&str; 3] = ["workflow = \"production.yml\"", "deployment = true", "reports = true"];

/// What people decided on waits; then somebody moves the tag, and whatever was waited for comes to an end. Every way of
/// deploying, with every wait before CD is asked.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_waited_for_and_however_it_is_deployed_a_moved_tag_is_not_what_was_decided_on() {
    for way in WAYS {
        for wait in ["window", "freeze", "hold"] {
            let configured = |toml: &str| {
                let toml = toml.replace("workflow = \"production.yml\"", way);
                with_hooks(&if wait == "window" { format!("{toml}{WINDOW}") } else { toml })
            };
            let story = Story::begin_in(WorldSettings::default(), configured).await;
            story.discord("alice", "release prepare", &[]).await;
            story.pass(9).await;
            story.telegram_approves("bob").await;
            match wait {
                "freeze" => story.telegram("alice", "/freeze start api \"the audit\"").await,
                "hold" => {
                    let body = serde_json::json!({
                        "project": "api", "environment": "production", "version": "2.1.1", "status": "rolled-back",
                    });
                    assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
                }
                _ => {}
            }
            if wait != "freeze" {
                story.discord_press("alice", "Merge").await;
            }
            story.world.github().move_tag("dave-gh", "v2.2.0", "develop").await.unwrap();
            story.settle().await;
            match wait {
                "freeze" => {
                    story.telegram("alice", "/freeze lift").await;
                    story.discord_press("alice", "Merge").await;
                }
                "hold" => story.telegram("alice", "/release resume production it has room again").await,
                _ => {}
            }
            story.pass(60).await;
            let told = story.told();
            assert!(!told.contains("is live"), "{way}, {wait}: {told}");
            assert!(
                told.contains("tag v2.2.0 was moved") || told.contains("nothing goes to production"),
                "{way}, {wait}: {told}"
            );
            assert_eq!(deploys(&story, "production.yml"), 0, "{way}, {wait}");
            let asked = story.world.github().deployments();
            assert!(!asked.iter().any(|one| one["environment"] == "production"), "{way}, {wait}: {asked:?}");
            story.end().await;
        }
    }
}

/// CD was asked, and the tag is moved while it is at work: what it read, nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_moved_while_cd_is_at_work_leaves_it_uncertain_what_runs() {
    for way in WAYS {
        let configured = |toml: &str| with_hooks(&toml.replace("workflow = \"production.yml\"", way));
        let story = Story::begin_in(WorldSettings::default(), configured).await;
        story.discord("alice", "release prepare", &[]).await;
        story.pass(9).await;
        story.telegram_approves("bob").await;
        story.discord_press("alice", "Merge").await;
        story.pass(1).await;
        let decided = story.world.github().tags().into_iter().find(|tag| tag.name == "v2.2.0").unwrap().commit;
        story.world.github().move_tag("dave-gh", "v2.2.0", "develop").await.unwrap();
        story.settle().await;
        if way == "reports = true" {
            let body = serde_json::json!({
                "project": "api", "environment": "production", "version": "2.2.0", "status": "succeeded",
                "at": story.world.clock().now().to_rfc3339(),
            });
            assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
        }
        let asked = story.world.github().deployments().into_iter().find(|one| one["environment"] == "production");
        if let Some(id) = asked.filter(|_| way == "deployment = true").map(|one| one["id"].to_string()) {
            let (path, ended) = (format!("/deployments/{id}/statuses"), serde_json::json!({"state": "success"}));
            story.world.github().ask_as("alice-gh", axum::http::Method::POST, &path, ended).await.unwrap();
        }
        story.pass(15).await;
        let told = story.told();
        assert!(!told.contains("is live"), "{way}: {told}");
        assert!(told.contains("whether it runs there is not certain"), "{way}: {told}");
        assert!(!told.contains("failed in production"), "{way}: {told}");
        story.world.github().move_tag("dave-gh", "v2.2.0", &decided).await.unwrap();
        story.pass(2).await;
        assert!(story.told().contains("is live"), "{way}: {}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_moved_while_reviewers_are_asked_on_github_is_said_before_they_let_it_go() {
    let story = Story::begin().await;
    story.world.github().require_reviewers("production", &["maya"]).unwrap();
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
    story.world.github().move_tag("dave-gh", "v2.2.0", "develop").await.unwrap();
    story.pass(2).await;
    let told = story.told();
    assert!(told.contains("nobody should let 2.2.0 deploy to production on GitHub"), "{told}");
    story.world.github().review_deployment("maya", "production.yml", true).await.unwrap();
    story.pass(15).await;
    let told = story.told();
    assert!(!told.contains("is live") && told.contains("is not certain"), "{told}");
    story.end().await;
}

/// PROD runs it; somebody moves the tag before it is verified, published and merged.
async fn verified_after_the_tag_was_moved(by_ci: bool) -> Story {
    let story = super::module::tagged().await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.telegram("carol", "/approve certification").await;
    story.pass(9).await;
    story.push("dave-gh", "phase1-release", "src/late.txt", "late\n", "feat(late): one more thing").await;
    let tag = story.world.github().tags().last().unwrap().name.clone();
    story.world.github().move_tag("dave-gh", &tag, "phase1-release").await.unwrap();
    if by_ci {
        story.world.github().add_release_page(&tag, &[]);
    }
    story.telegram_gives("grace", "verify").await;
    story.telegram("carol", "/approve verify").await;
    story.pass(15).await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_brought_back_and_published_is_what_was_decided_on() {
    let story = verified_after_the_tag_was_moved(false).await;
    let told = story.told();
    assert!(told.contains("no release page is published for it"), "{told}");
    let main = story.world.github().file("main", "src/late.txt").await.unwrap();
    assert_eq!(main, None, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_ci_published_is_of_what_was_decided_on() {
    let story = verified_after_the_tag_was_moved(true).await;
    let stop = "the release page that is there shows something else";
    let told = story.shown("Releases");
    assert!(told.contains("stopped: publish the release page of") && told.contains(stop), "{told}");
    assert!(!told.contains("is live"), "{told}");
    // It stays so, however often it is looked at, and whoever tries again.
    story.telegram("alice", "/release retry").await;
    story.pass(9).await;
    story.telegram("alice", "/why").await;
    let told = story.shown("Releases");
    assert!(told.rsplit("alice: /why").next().unwrap().contains(stop), "{told}");
    story.end().await;
}
