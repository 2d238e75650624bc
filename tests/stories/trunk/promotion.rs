//! One artifact goes from dev to production.

use super::on_dev;

#[tokio::test(flavor = "multi_thread")]
async fn one_artifact_is_promoted_from_dev_to_production() {
    let story = on_dev().await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(9).await;
    story.telegram("carol", "/why").await;
    story.pass(60).await;
    story.discord("carol", "release promote", &[("environment", "prod")]).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
