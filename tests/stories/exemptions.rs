//! Leave for one pull request: asked for by one, granted by another, good for one commit.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn one_asks_another_grants_and_a_push_ends_it() {
    let story = Story::begin().await;
    let invoices = story.opens("dave-gh", "feature/invoices", "develop").await;
    let own = story.opens("alice-gh", "feature/own", "develop").await;
    story.telegram("carol", "/freeze start api until 8h \"quarter end\"").await;
    let red = story.light(invoices);
    assert!(red.starts_with("failure: freeze #1 by carol"), "{red}");

    let number = invoices.to_string();
    let asked = [("pull-request", number.as_str()), ("reason", "customers wait for their invoices")];
    story.discord("dave", "freeze exempt", &[asked[0], asked[1], ("dry-run", "true")]).await;
    story.discord("dave", "freeze exempt", &asked).await;
    story.discord("dave", "freeze exempt", &asked).await;
    story.telegram("dave", "/freeze grant E1").await;
    story.telegram("bob", "/freeze grant E1").await;
    assert_eq!(story.light(invoices), red, "asked for is not granted");
    story.telegram_press("carol", "Grant").await;
    assert_eq!(story.light(invoices), "success: exempted by carol");
    story.discord("alice", "freeze grant", &[("number", "1")]).await;
    story.telegram("erin", "/freeze status").await;

    story.world.github().push_to_pull_request("dave-gh", invoices, "more.txt", "y", "and more").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(invoices), red);

    // alice wrote it, so carol must not be the one who asks if alice is the only other.
    story.telegram("carol", &format!("/freeze exempt #{own} the auditors ask for it")).await;
    story.telegram("dave", &format!("/freeze exempt #{own} \"the auditors ask for it\" until 2h")).await;
    story.discord("alice", "freeze grant", &[("number", "2")]).await;
    story.discord("carol", "freeze refuse", &[("number", "2"), ("reason", "they can wait until Tuesday")]).await;
    story.telegram("dave", &format!("/freeze exempt #{own} until 2h \"they cannot\"")).await;
    story.discord("carol", "freeze grant", &[("number", "3")]).await;
    assert_eq!(story.light(own), "success: exempted by carol");
    story.pass(121).await;
    assert_eq!(story.light(own), red);
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_before_the_freeze() {
    let mut story = Story::begin().await;
    let pull = story.opens("dave-gh", "feature/late", "develop").await;
    story.telegram("dave", &format!("/freeze exempt #{pull} it is almost done")).await;
    story.telegram("carol", "/freeze grant 1").await;
    story.telegram("carol", "/freeze start api \"quarter end\"").await;
    assert_eq!(story.light(pull), "none", "nothing red was ever written, and nobody requires green");
    story.telegram("erin", "/freeze status").await;
    // While the bot is away, somebody pushes.
    story.bot.stop().await;
    story.world.github().push_to_pull_request("dave-gh", pull, "more.txt", "y", "and more").await.unwrap();
    story.start_bot().await;
    assert!(story.light(pull).starts_with("failure: freeze #1 by carol"));
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
