//! From the stories to production.

use super::tagged;

#[tokio::test(flavor = "multi_thread")]
async fn two_passes_in_staging_and_then_production() {
    let story = tagged().await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    story.pass(4).await;
    insta::assert_snapshot!(story.in_short());
    insta::assert_snapshot!("the_repository_after_two_passes", story.repository().await);
    story.end().await;
}
