//! Production is broken: a fix from the tag that runs there, through both passes.

use super::begin;

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_takes_the_next_number_of_the_month() {
    let story = begin().await;
    story.telegram("dave", "/hotfix invoices are empty").await;
    story.push("dave-gh", "hotfix_26.02.01-release", "src/invoice.txt", "not empty\n", "fix(invoice): fill it").await;
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.discord_gives("grace", "drill").await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(9).await;
    story.pass(4).await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
