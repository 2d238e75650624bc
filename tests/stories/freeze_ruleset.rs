//! Freezes that a ruleset keeps beside the status.

use sandbox::github::MergeMethod;

use crate::story::Story;

/// Adds to the project how its freezes are enforced.
fn with_ruleset(toml: &str) -> String {
    toml.replace(
        "[projects.api.environments.staging]",
        "[projects.api.freeze]\nruleset = true\nbypass_team = 5001\n[projects.api.environments.staging]",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ruleset_lets_only_its_team_through() {
    let story = Story::begin_configured(with_ruleset).await;
    let github = story.world.github();
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    assert!(github.rulesets().is_empty());
    story
        .discord("carol", "freeze start", &[("reason", "quarter end"), ("branches", "develop"), ("dry-run", "true")])
        .await;
    story.discord("carol", "freeze start", &[("reason", "quarter end"), ("branches", "develop")]).await;
    let sets = github.rulesets();
    assert_eq!(sets[0]["name"], "shipmate-freeze");
    assert_eq!(sets[0]["conditions"]["ref_name"]["include"], serde_json::json!(["refs/heads/develop"]));
    story.telegram("dave", "/freeze status").await;
    assert!(github.merge_pull_request("dave-gh", pull, MergeMethod::Squash).await.is_err());
    assert!(github.push_commit("dave-gh", "develop", "a", "b", "straight in").await.is_err());
    github.push_commit("alice-gh", "develop", "a", "b", "the team may").await.unwrap();

    // A second freeze closes main too; the first is lifted.
    story.telegram("carol", "/freeze start \"the audit\" branches=main").await;
    assert_eq!(github.rulesets()[0]["conditions"]["ref_name"]["include"].as_array().unwrap().len(), 2);
    story.telegram("carol", "/freeze lift #1").await;
    assert_eq!(github.rulesets()[0]["conditions"]["ref_name"]["include"], serde_json::json!(["refs/heads/main"]));
    github.merge_pull_request("dave-gh", pull, MergeMethod::Squash).await.unwrap();

    // Somebody switches it off, and the bot puts it right again.
    let id = github.rulesets()[0]["id"].as_u64().unwrap();
    github.set_permission("alice-gh", sandbox::github::Permission::Admin);
    github.change_ruleset("alice-gh", id, serde_json::json!({"enforcement": "disabled"})).await.unwrap();
    story.pass(4).await;
    assert_eq!(github.rulesets()[0]["enforcement"], "active");
    story.telegram("carol", "/freeze lift").await;
    assert!(github.rulesets().is_empty());
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_not_make_rulesets_is_told() {
    let story = Story::begin_configured(with_ruleset).await;
    story.world.github().withhold("administration", true);
    story.discord("carol", "freeze start", &[("reason", "quarter end")]).await;
    story.pass(7).await;
    story.world.github().withhold("administration", false);
    story.pass(4).await;
    assert_eq!(story.world.github().rulesets().len(), 1);
    story.telegram("carol", "/freeze lift").await;
    assert!(story.world.github().rulesets().is_empty());
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
