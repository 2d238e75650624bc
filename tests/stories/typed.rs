//! What is to be typed is shown letter by letter wherever a stop names it; a stranger's words format nowhere.

use sandbox::{github::Outcome, wire::Service};

use crate::story::Story;

/// Everything that was sent to Discord, as texts in its markdown.
fn sent(story: &Story) -> String {
    let requests = story.world.wire().recorded();
    let sent = requests.iter().filter(|request| request.service == Service::Discord && request.changing);
    sent.map(|request| request.body.to_string().replace("\\\\", "\\")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_of_git_is_code_in_thread_card_and_incident() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.world.github().delete_tag("dave-gh", "v2.2.0").await.unwrap();
    story.discord_press("alice", "Merge").await;
    story.pass(2).await;
    let sent = sent(&story);
    assert!(sent.matches("`git push origin ").count() > 1, "{sent}");
    assert!(!sent.contains("\\`git "), "{sent}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_calls_a_check_stays_as_they_wrote_it() {
    let story = Story::begin().await;
    let hostile = "**x** `rm -rf` [a](b) @everyone";
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.world.github().check_ends("release/v2.2.0", hostile, Outcome::Failure).await.unwrap();
    story.telegram_approves("bob").await;
    story.pass(2).await;
    story.telegram("dave", "/why").await;
    let sent = sent(&story);
    assert!(sent.contains("\\*\\*x\\*\\* \\`rm -rf\\` \\[a](b) @\u{200b}everyone"), "{sent}");
    assert!(!sent.contains("@everyone"), "{sent}");
    story.end().await;
}
