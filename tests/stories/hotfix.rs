//! A hotfix: from the alarm to the fix in production and on every line.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_from_the_alarm_to_the_back_merge() {
    let story = Story::begin().await;
    story.telegram("erin", "/hotfix Orders over 1000 are lost @everyone").await;
    story
        .push(
            "dave-gh",
            "hotfix/v2.1.2",
            "src/orders.txt",
            "take\nrefuse empty\nkeep large\n",
            "fix(orders): keep large orders",
        )
        .await;
    story.telegram_press("dave", "Approve").await;
    story.discord_press("erin", "Approve").await;
    story.pass(4).await;
    story.telegram_press("alice", "Merge").await;
    story.pass(15).await;
    story.discord_approves("erin").await;
    insta::assert_snapshot!(story.in_short());
    insta::assert_snapshot!("the_repository_after_a_hotfix", story.repository().await);
    story.end().await;
}
