//! Tag, version file and release branch do not agree: nothing goes to production, and everybody can see why.

use sandbox::github::MergeMethod;

use super::release::deploys;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_is_pushed_after_the_sign_off_and_merged_at_once() {
    let story = signed_off().await;
    story
        .bot_misses(async |github| {
            github
                .push_commit("dave-gh", "release/v2.2.0", "src/late.txt", "late\n", "feat: one more thing")
                .await
                .unwrap();
            github.merge_pull_request("dave-gh", 13, MergeMethod::Merge).await.unwrap();
        })
        .await;
    insta::assert_snapshot!(story.short("Incidents"));
    assert_eq!(deploys(&story, "production.yml"), 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_moves_the_tag() {
    let story = signed_off().await;
    story.world.github().move_tag("dave-gh", "v2.2.0", "develop").await.unwrap();
    story.discord_press("alice", "Merge").await;
    insta::assert_snapshot!(story.short("#incidents"));
    assert_eq!(deploys(&story, "production.yml"), 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_changes_the_version_file() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.push("dave-gh", "release/v2.2.0", "version.txt", "2.3.0\n", "chore: bump again").await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    insta::assert_snapshot!(story.short("Incidents"));
    assert_eq!(deploys(&story, "production.yml"), 0);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_squashes_the_pull_request() {
    let story = signed_off().await;
    story.world.github().merge_pull_request("dave-gh", 13, MergeMethod::Squash).await.unwrap();
    story.settle().await;
    story.pass(2).await;
    assert_eq!(deploys(&story, "production.yml"), 0);
    // Taken as it is, it is stopped where the tag has to be part of the branch.
    story.telegram("alice", "/release merge").await;
    insta::assert_snapshot!(story.short("Incidents"));
    assert_eq!(deploys(&story, "production.yml"), 0);
    story.end().await;
}

async fn signed_off() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story
}
