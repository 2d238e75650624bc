//! Leave for one pull request: asked for by one, granted by another, good for one commit.

use crate::story::Story;

const CONTEXT: &str = "shipmate/freeze";

fn light(story: &Story, number: u64) -> String {
    let pulls = story.world.github().pull_requests();
    let head = &pulls.iter().find(|pull| pull.number == number).unwrap().head_sha;
    let statuses = story.world.github().statuses(head);
    let own = statuses.iter().find(|status| status.context == CONTEXT);
    own.map_or_else(|| "none".to_owned(), |status| format!("{}: {}", status.state, status.description))
}

async fn opens(story: &Story, login: &str, head: &str) -> u64 {
    let github = story.world.github();
    github.create_branch(login, head, "develop").await.unwrap();
    github.push_commit(login, head, &format!("{head}.txt"), "x", &format!("feat: {head}")).await.unwrap();
    let number = github.open_pull_request(login, head, "develop", &format!("feat: {head}")).await.unwrap();
    story.settle().await;
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn one_asks_another_grants_and_a_push_ends_it() {
    let story = Story::begin().await;
    let invoices = opens(&story, "dave-gh", "feature/invoices").await;
    let own = opens(&story, "alice-gh", "feature/own").await;
    story.telegram("carol", "/freeze start api until 8h \"quarter end\"").await;
    let red = light(&story, invoices);
    assert!(red.starts_with("failure: freeze #1 by carol"), "{red}");

    let number = invoices.to_string();
    let asked = [("pull-request", number.as_str()), ("reason", "customers wait for their invoices")];
    story.discord("dave", "freeze exempt", &[asked[0], asked[1], ("dry-run", "true")]).await;
    story.discord("dave", "freeze exempt", &asked).await;
    story.discord("dave", "freeze exempt", &asked).await;
    story.telegram("dave", "/freeze grant E1").await;
    story.telegram("bob", "/freeze grant E1").await;
    assert_eq!(light(&story, invoices), red, "asked for is not granted");
    story.telegram_press("carol", "Grant").await;
    assert_eq!(light(&story, invoices), "success: exempted by carol");
    story.discord("alice", "freeze grant", &[("number", "1")]).await;
    story.telegram("erin", "/freeze status").await;

    story.world.github().push_to_pull_request("dave-gh", invoices, "more.txt", "y", "and more").await.unwrap();
    story.settle().await;
    assert_eq!(light(&story, invoices), red);

    // alice wrote it, so carol must not be the one who asks if alice is the only other.
    story.telegram("carol", &format!("/freeze exempt #{own} the auditors ask for it")).await;
    story.telegram("dave", &format!("/freeze exempt #{own} \"the auditors ask for it\" until 2h")).await;
    story.discord("alice", "freeze grant", &[("number", "2")]).await;
    story.discord("carol", "freeze refuse", &[("number", "2"), ("reason", "they can wait until Tuesday")]).await;
    story.telegram("dave", &format!("/freeze exempt #{own} until 2h \"they cannot\"")).await;
    story.discord("carol", "freeze grant", &[("number", "3")]).await;
    assert_eq!(light(&story, own), "success: exempted by carol");
    story.pass(121).await;
    assert_eq!(light(&story, own), red);
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_before_the_freeze() {
    let mut story = Story::begin().await;
    let pull = opens(&story, "dave-gh", "feature/late").await;
    story.telegram("dave", &format!("/freeze exempt #{pull} it is almost done")).await;
    story.telegram("carol", "/freeze grant 1").await;
    story.telegram("carol", "/freeze start api \"quarter end\"").await;
    assert_eq!(light(&story, pull), "none", "nothing red was ever written, and nobody requires green");
    story.telegram("erin", "/freeze status").await;
    // While the bot is away, somebody pushes.
    story.bot.stop().await;
    story.world.github().push_to_pull_request("dave-gh", pull, "more.txt", "y", "and more").await.unwrap();
    story.start_bot().await;
    assert!(light(&story, pull).starts_with("failure: freeze #1 by carol"));
    insta::assert_snapshot!(story.told());
    story.end().await;
}
