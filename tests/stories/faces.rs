//! How the answers look in both chats.

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn questions_and_answers_in_both_chats() {
    let story = Story::begin().await;
    story.telegram("dave", "/help").await;
    story.telegram("dave", "/help release prepare").await;
    story.discord("dave", "release next", &[("bump", "major")]).await;
    story.telegram("dave", "/release_next").await;
    story.telegram("bob", "/release@another_bot prepare").await;
    story.telegram("bob", "/whoami@shipmate_bot").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram("dave", "/release notes").await;
    story.discord("dave", "release list", &[]).await;
    story.telegram("dave", "/why").await;
    story.telegram("bob", "/reject").await;
    story.telegram_reply("bob", "Why do you reject", "The <b>total</b> is wrong, @everyone").await;
    story.discord("bob", "release status", &[]).await;
    story.discord("bob", "withdraw", &[]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_asked_for_with_buttons() {
    let story = Story::begin_configured(|bot_toml| {
        let start = bot_toml.find("[projects.api]").unwrap();
        let end = bot_toml.find("[[people]]").unwrap();
        let second = bot_toml[start..end].replace("projects.api", "projects.web");
        let second = second.replacen("playbook = ", "tag = \"web-v{version}\"\nplaybook = ", 1);
        format!("{}{second}{}", &bot_toml[..end], &bot_toml[end..])
    })
    .await;
    story.telegram("alice", "/release_prepare bump=patch dry-run").await;
    story.telegram_press("alice", "web").await;
    story.telegram("alice", "/release prepare api").await;
    story.telegram("alice", "/release prepare web version=3.0.0").await;
    story.telegram_press("alice", "Prepare anyway").await;
    story.telegram("alice", "/release cancel").await;
    story.telegram_press("alice", "web web-v3.0.0").await;
    story.telegram_reply("alice", "Cancel web web-v3.0.0?", "just trying").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_are_suggested_on_discord() {
    let story = Story::begin().await;
    assert_eq!(story.suggested("release prepare", &[], ("project", "a")).await, ["api = api"]);
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert_eq!(story.suggested("release cancel", &[("reason", "x")], ("version", "2.2")).await, ["api v2.2.0 = #1"]);
    assert_eq!(story.suggested("approve", &[], ("gate", "")).await, ["qa = qa"]);
    assert_eq!(story.suggested("release prepare", &[], ("source", "dev")).await, ["develop = develop"]);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn help_hello_and_what_can_be_done_next() {
    let story = Story::begin().await;
    let telegram = story.world.telegram();
    for (person, text) in [("bob", "/start"), ("bob", "/help"), ("alice", "/release"), ("carol", "/release")] {
        telegram.say(person, person, None, text).unwrap();
        story.settle().await;
    }
    telegram.press("bob", "bob", "Freezes").unwrap();
    story.settle().await;
    telegram.press("alice", "alice", "Prepare…").unwrap();
    story.settle().await;
    telegram.press("alice", "alice", "Begin it").unwrap();
    story.settle().await;
    story.pass(9).await;
    telegram.say("alice", "alice", None, "/release").unwrap();
    story.settle().await;
    telegram.press("alice", "alice", "More…").unwrap();
    story.settle().await;
    story.telegram("dave", "/release@shipmate_bot").await;
    story.telegram_press("dave", "Open v2.2.0").await;
    let told = [story.short("Releases"), story.short("alice"), story.short("bob"), story.short("carol")];
    insta::assert_snapshot!(told.join("\n\n"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_known_is_told_what_an_admin_needs() {
    let story = Story::begin_configured(|bot_toml| bot_toml.replace("telegram = 1002\n", "telegram = 4002\n")).await;
    story.telegram("bob", "/start@shipmate_bot").await;
    let told = story.short("Releases");
    assert!(told.contains("I do not know you yet") && told.contains("telegram = 1002"), "{told}");
    story.end().await;
}
