//! Two bots with stores of their own at one repository: the later one is told so, and changes nothing there.

use crate::story::Story;

/// The bot stops, and one with another store takes its place.
async fn with_another_store(story: &mut Story, more: &[&str]) {
    story.bot.stop().await;
    story.bot.reconfigure(|bot_toml| match bot_toml.contains("/store\"") {
        true => bot_toml.replace("/store\"", "/other\""),
        false => bot_toml.replace("/other\"", "/store\""),
    });
    story.start_bot_with(more).await;
    story.pass(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_bot_with_another_store_tells_so_and_changes_nothing() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let runs = story.world.github().runs().len();
    with_another_store(&mut story, &[]).await;
    let told = story.shown("#incidents");
    assert!(told.contains("Another Shipmate writes to acme/api"), "{told}");
    story.discord("alice", "release prepare", &[("version", "2.5.0")]).await;
    assert!(story.told().contains("another Shipmate, with a store of its own since"), "{}", story.told());
    story.telegram("carol", "/freeze start api until Mon 11:00 quarter end").await;
    story.pass(12).await;
    assert_eq!(story.world.github().runs().len(), runs, "staging is not deployed twice");
    assert!(story.world.github().branches().iter().all(|branch| branch.name != "release/v2.5.0"));
    assert_eq!(story.shown("#incidents").matches("Another Shipmate writes to acme/api").count(), 1, "told once");
    insta::assert_snapshot!(told);
    // The first one goes on as if nothing had been.
    with_another_store(&mut story, &[]).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(9).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_over_writes_and_the_one_before_does_not_any_more() {
    let mut story = Story::begin().await;
    with_another_store(&mut story, &["--take-over"]).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert!(story.told().contains("QA sign-off of api"), "{}", story.told());
    assert!(!story.told().contains("nother Shipmate"), "{}", story.told());
    with_another_store(&mut story, &[]).await;
    assert!(story.shown("#incidents").contains("Another Shipmate writes to acme/api"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_that_polls_telegram_with_the_same_token_is_told_of() {
    let story = Story::begin().await;
    let telegram = story.world.telegram();
    let address = format!("{}/bot{}/getUpdates", telegram.url(), telegram.token());
    let body = serde_json::json!({"timeout": 50, "allowed_updates": ["message"]});
    let told = async {
        while !story.shown("#incidents").contains("Another process hears Telegram with the bot's token") {
            // Whoever polls ends the other's poll, and the bot leaves it alone for a while.
            let poll = reqwest::Client::new().post(&address).json(&body).send();
            let _ = tokio::time::timeout(std::time::Duration::from_millis(200), poll).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), told).await.unwrap();
    let told = story.shown("#incidents");
    assert!(told.contains("Another process polls Telegram with this token: stop it"), "{told}");
    assert_eq!(told.matches("Another process hears Telegram").count(), 1, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_comes_back_is_the_same_writer() {
    let mut story = Story::begin().await;
    story.bot.killer()();
    story.start_bot().await;
    story.release_whole().await;
    story.pass(20).await;
    assert!(!story.told().contains("nother Shipmate"), "{}", story.told());
    // GitHub knows neither a branch nor a tag of it.
    let names = story.world.github().branches().into_iter().chain(story.world.github().tags());
    assert!(names.into_iter().all(|found| !found.name.contains("writer")));
    story.end().await;
}
