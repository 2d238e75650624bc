//! A fix has shipped, and main does not take it: it is owed until it is there.

use super::begin;

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_conflicts_with_main_is_owed_until_somebody_merges_it() {
    let story = begin().await;
    let github = story.world.github();
    story.telegram("dave", "/hotfix invoices are empty").await;
    story.push("dave-gh", "hotfix_26.02.01-release", "src/invoice.txt", "not empty\n", "fix(invoice): fill it").await;
    story.push("erin-gh", "main", "src/invoice.txt", "in two languages\n", "feat(invoice): two languages").await;
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;

    // A push of which GitHub's word gets lost: the tag waits until everybody has seen it.
    story.discord("grace", "approve", &[("gate", "drill")]).await;
    story.discord_press("grace", "Not yet").await;
    story.discord_press("grace", "☐ Way back").await;
    github.lose_webhooks(true);
    let more = ("hotfix_26.02.01-release", "src/refund.txt", "not empty\n", "fix(refund): fill it too");
    github.push_commit("dave-gh", more.0, more.1, more.2, more.3).await.unwrap();
    story.discord("grace", "approve", &[("gate", "drill")]).await;
    github.lose_webhooks(false);
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.discord_gives("grace", "drill").await;
    story.pass(9).await;
    story.telegram_gives("bob", "certification").await;
    story.pass(12).await;

    // The next release waits, and each morning somebody is reminded.
    story.discord("alice", "release prepare", &[]).await;
    story.until("2026-03-03 09:01").await;
    let merge = "merge/26.03.01-into-main";
    let both = [("src/invoice.txt", "not empty, in two languages\n")];
    github.push_merge("dave-gh", merge, "main", &both).await.unwrap();
    story.settle().await;
    let number = github.pull_requests().last().unwrap().number;
    github.ready_for_review("dave-gh", number).await.unwrap();
    story.pass(4).await;
    story.discord("alice", "release prepare", &[]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
