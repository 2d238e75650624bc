//! After every wait what is deployed is what was decided on: where CD watches the branch, after a soak, and by the artifact's
//! digest.

use sandbox::{github::Permission, world::WorldSettings};
use serde_json::json;

use crate::story::{Story, with_hooks};

/// What production waits for.
const WAITS: [&str; 3] = ["window", "freeze", "hold"];

/// Production takes deploys only later in the day.
fn windowed(toml: &str, hours: &str) -> String {
    format!(
        "{toml}[[windows]]\nname = \"deploy hours\"\ndays = \"Mon-Thu\"\nhours = \"{hours}\"\nzone = \"America/Toronto\"\n"
    )
}

/// What is waited for begins; a window is there from the start.
async fn begins(story: &Story, wait: &str, (environment, runs): (&str, &str)) {
    match wait {
        "freeze" => story.telegram("alice", "/freeze start api \"the audit\"").await,
        "hold" => {
            let body = json!({
                "project": "api", "environment": environment, "version": runs, "status": "rolled-back",
                "at": story.world.clock().now().to_rfc3339(),
            });
            assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
        }
        _ => {}
    }
}

async fn ends(story: &Story, wait: &str, environment: &str, opens: &str) {
    match wait {
        "window" => story.until(opens).await,
        "freeze" => {
            story.telegram("alice", "/freeze lift").await;
            // A train has a freeze of its own.
            if environment == "production" {
                story.telegram_press("alice", "#3 the audit").await;
            }
        }
        "hold" => story.telegram("alice", &format!("/release resume {environment} it has room again")).await,
        _ => {}
    }
}

/// Where CD watches production's branch, the merge is the deploy: what comes to the source while it waits is decided on anew.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_while_a_merge_waits_is_not_pushed_to_production() {
    for wait in WAITS {
        let configured = |toml: &str| {
            let toml = with_hooks(toml);
            if wait == "window" { windowed(&toml, "13:00-16:00") } else { toml }
        };
        let story = Story::begin_in(WorldSettings::weekly_train(), configured).await;
        super::train::until_monday(&story).await;
        begins(&story, wait, ("production", "1.3.0")).await;
        story.until("2026-03-09 10:05").await;
        assert_eq!(runs(&story), 0, "{wait}: it waits: {}", story.told());
        let late = story.push("dave-gh", "dev", "src/late.txt", "late\n", "feat(late): one more thing").await;
        story.pass(4).await;
        ends(&story, wait, "production", "2026-03-09 13:05").await;
        story.telegram("alice", "/release merge").await;
        story.pass(15).await;
        let told = story.told();
        assert_eq!(story.world.github().file("prod", "src/late.txt").await.unwrap(), None, "{wait}: {told}");
        assert_eq!(runs(&story), 0, "{wait}: nobody has approved that: {told}");
        assert!(!told.contains("[Production: "), "{wait}: {told}");
        // Decided on anew, it goes with what came.
        story.telegram_gives("bob", "qa").await;
        story.telegram("carol", "/approve product").await;
        story.telegram("erin", "/approve pre-flight").await;
        story.discord("alice", "approve", &[("gate", "review")]).await;
        story.telegram("alice", "/release merge").await;
        story.pass(12).await;
        let told = story.told();
        assert!(told.contains("[Production: "), "{wait}: {told}");
        let brought = story.world.github().file("prod", "src/late.txt").await.unwrap();
        assert!(brought.is_some(), "{wait}: {late}: {told}");
        story.end().await;
    }
}

/// The run of the merge waits for reviewers on GitHub, production's branch is pushed to meanwhile, and that is let go.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_to_production_while_reviewers_are_asked_is_not_taken_for_the_release() {
    let story = Story::begin_in(WorldSettings::weekly_train(), with_hooks).await;
    story.world.github().require_reviewers("production", &["alice-gh"]).unwrap();
    super::train::until_monday(&story).await;
    story.until("2026-03-09 10:00").await;
    story.pass(1).await;
    let late = story.push("dave-gh", "prod", "src/late.txt", "late\n", "feat(late): one more thing").await;
    story.pass(1).await;
    story.world.github().review_deployment("alice-gh", "deploy-production.yml", true).await.unwrap();
    story.pass(12).await;
    let told = story.told();
    assert!(!told.contains("[Production: "), "{told}");
    assert!(told.contains("1.4.0 waits on GitHub until alice lets it deploy to production"), "{told}");
    story.discord("bob", "deploys", &[]).await;
    let shown = story.told();
    let board = shown.lines().find(|line| line.contains("Production:")).unwrap_or_default();
    assert!(board.contains(&late[..7]) && !board.contains("1.4.0"), "{board}");
    story.end().await;
}

fn runs(story: &Story) -> usize {
    story.world.github().runs().iter().filter(|run| run.workflow == "deploy-production.yml").count()
}

/// v1.9.0 of a team on trunk is in uat, where it soaks for an hour; production is deployed in this way.
async fn soaks(way: &str, wait: &str) -> Story {
    let configured = |toml: &str| {
        let (before, own) = toml.split_once("[projects.api.environments.prod]\n").unwrap();
        let own = own.replacen("deployment = true", way, 1);
        let toml = with_hooks(&format!("{before}[projects.api.environments.prod]\n{own}"));
        if wait == "window" { windowed(&toml, "13:00-16:00") } else { toml }
    };
    let story = Story::begin_in(WorldSettings::trunk(), configured).await;
    story.world.github().set_permission("dave-gh", Permission::Admin);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(14).await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story
}

fn asked(story: &Story) -> usize {
    story.world.github().deployments().iter().filter(|one| one["environment"] == "prod").count()
}

/// The tag is moved while what runs in uat soaks: nothing goes on to production by it, in whatever way.
#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_is_moved_during_a_soak_goes_no_further() {
    for way in ["deployment = true", "reports = true"] {
        let story = soaks(way, "soak").await;
        let before = asked(&story);
        let decided = story.world.github().tags().into_iter().find(|tag| tag.name == "v1.9.0").unwrap().commit;
        story.push("dave-gh", "main", "src/late.txt", "late\n", "feat(late): one more thing").await;
        story.world.github().move_tag("dave-gh", "v1.9.0", "main").await.unwrap();
        story.settle().await;
        story.pass(60).await;
        story.discord("carol", "release promote", &[("environment", "prod")]).await;
        story.pass(9).await;
        let told = story.told();
        assert!(told.contains("tag v1.9.0 was moved"), "{way}: {told}");
        assert!(!told.contains("is live"), "{way}: {told}");
        assert_eq!(asked(&story), before, "{way}: {told}");
        // Put back, it may go on.
        story.world.github().move_tag("dave-gh", "v1.9.0", &decided).await.unwrap();
        story.discord("alice", "release retry", &[]).await;
        story.pass(2).await;
        let went = asked(&story) > before || story.told().contains("\u{b7} deploying PROD");
        assert!(went, "{way}: {}", story.told());
        story.end().await;
    }
}

/// What CD brings to production after a wait is another artifact than the one that was decided on.
#[tokio::test(flavor = "multi_thread")]
async fn another_artifact_after_a_wait_is_not_what_was_decided_on() {
    let another = format!("sha256:{}", "d".repeat(64));
    for way in ["deployment = true", "reports = true"] {
        for wait in ["window", "freeze", "hold", "soak"] {
            let story = soaks(way, wait).await;
            story.pass(60).await;
            begins(&story, wait, ("prod", "1.8.0")).await;
            story.discord("carol", "release promote", &[("environment", "prod")]).await;
            story.pass(2).await;
            story.world.github().next_digest("prod", &another);
            ends(&story, wait, "prod", "2026-03-02 13:05").await;
            story.pass(2).await;
            if way == "reports = true" {
                let body = json!({
                    "project": "api", "environment": "prod", "version": "1.9.0", "status": "succeeded",
                    "at": story.world.clock().now().to_rfc3339(), "digest": another,
                });
                assert_eq!(story.reported("/hooks/deploy", body.to_string()).await.0, 200);
            }
            story.pass(12).await;
            let told = story.told();
            assert!(!told.contains("is live"), "{way}, {wait}: {told}");
            assert!(told.contains("another artifact"), "{way}, {wait}: {told}");
            story.end().await;
        }
    }
}
