//! A back-merge that conflicts only in what the bot itself wrote is put together by rule; any other is a person's.

use crate::story::Story;

/// The changelog of the sample repository, with this at its top.
fn changelog(top: &str) -> String {
    format!("# Changelog\n\n{top}## 2.1.1 - 2026-03-05\n\n### Fixed\n\n- orders: refuse an empty basket\n")
}

/// A release of v2.2.0 that is in production, while these files were changed on develop since the snapshot.
async fn released(files: &[(&str, &str)]) -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    for (path, text) in files {
        story.push("lin", "develop", path, text, &format!("chore: go on with {path}")).await;
    }
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    story
}

impl Story {
    async fn on_develop(&self, path: &str) -> String {
        self.world.github().file("develop", path).await.unwrap().unwrap_or_default()
    }

    /// What was told of the files, and how the merge into develop looks: its parents are develop before, and production.
    async fn is_settled(&self, lines: &[&str]) {
        let told = self.told();
        assert!(told.contains("back in "), "{told}");
        let world = self.world.github().world().await.unwrap().to_string();
        assert!(!world.contains("shipmate/tmp"), "the branch aside is gone: {world}");
        let pulls = self.world.github().pull_requests();
        let body = pulls.iter().find(|pull| pull.base == "develop" && pull.merged).and_then(|pull| pull.body.clone());
        assert!(lines.iter().all(|line| body.as_deref().unwrap_or_default().contains(line)), "{body:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_greater_version_stays() {
    let story = released(&[("version.txt", "2.3.0\n")]).await;
    story.is_settled(&["version.txt keeps 2.3.0"]).await;
    assert_eq!(story.on_develop("version.txt").await, "2.3.0\n");
    assert!(story.on_develop("CHANGELOG.md").await.contains("2.2.0"), "the rest is merged as ever");
    story.end().await;
    let story = released(&[("version.txt", "2.1.2\n")]).await;
    story.is_settled(&["version.txt keeps 2.2.0"]).await;
    assert_eq!(story.on_develop("version.txt").await, "2.2.0\n");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_changelog_has_both() {
    let story = released(&[("CHANGELOG.md", &changelog("## Unreleased\n\n- next\n\n"))]).await;
    story.is_settled(&["CHANGELOG.md has the section of 2.2.0 below what is newer"]).await;
    insta::assert_snapshot!(story.on_develop("CHANGELOG.md").await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_files_at_once_and_what_else_came() {
    let begun = changelog("## 2.3.0\n\n- begun\n\n");
    let story = released(&[("version.txt", "2.3.0\n"), ("CHANGELOG.md", &begun), ("src/next.txt", "next\n")]).await;
    story.is_settled(&["version.txt keeps 2.3.0", "CHANGELOG.md has the section of 2.2.0"]).await;
    let changelog = story.on_develop("CHANGELOG.md").await;
    let places = ["## 2.3.0", "## 2.2.0", "## 2.1.1"].map(|heading| changelog.find(heading).unwrap());
    assert!(places.is_sorted(), "{changelog}");
    assert_eq!(
        (story.on_develop("version.txt").await, story.on_develop("src/next.txt").await),
        ("2.3.0\n".into(), "next\n".into())
    );
    insta::assert_snapshot!(story.short("#releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_anywhere_else_is_a_persons() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.push("lin", "develop", "version.txt", "2.3.0\n", "chore: begin v2.3.0").await;
    story.push("lin", "develop", "src/billing.txt", "card, invoice and cash\n", "feat(billing): cash").await;
    story.push("dave-gh", "release/v2.2.0", "src/billing.txt", "card only\n", "fix(billing): no invoices").await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    let told = story.told();
    assert!(!told.contains("by rule") && told.contains("It conflicts"), "{told}");
    assert!(told.contains("version.txt") && told.contains("src/billing.txt"), "{told}");
    assert_eq!(story.on_develop("version.txt").await, "2.3.0\n");
    assert!(!story.world.github().world().await.unwrap().to_string().contains("shipmate/tmp"));
    story.end().await;
}
