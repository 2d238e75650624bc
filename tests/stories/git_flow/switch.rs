//! Production gets a version beside the old one, and then all of the traffic at once.

use super::merged;

#[tokio::test(flavor = "multi_thread")]
async fn deployed_beside_validated_switched_and_retired() {
    let story = merged("blue-green").await;
    story.pass(9).await;
    story.telegram_gives("grace", "beside").await;
    story.pass(50).await;
    story.discord_gives("grace", "verify").await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
