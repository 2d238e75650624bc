//! Places that take nothing from the bot: what was to be said there is said where it can be, or waits, and is never lost.

use sandbox::{discord::Denied, telegram::Standing};

use crate::story::Story;

/// A release that waits for QA: its card has a thread on Discord, and a topic on Telegram.
async fn waiting() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story
}

/// What `/readyz` says.
async fn readiness(story: &Story) -> String {
    reqwest::get(story.door("/readyz")).await.unwrap().text().await.unwrap()
}

fn count(told: &str, words: &str) -> usize {
    told.matches(words).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_a_deleted_topic_is_said_in_the_group() {
    let story = waiting().await;
    story.world.telegram().delete_topic("Releases", "Releases").unwrap();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    story.pass(9).await;
    let told = story.shown("Releases");
    assert!(told.contains("New since it was asked for before"), "{told}");
    assert!(told.contains("which is closed or gone: open it again, or write another one into bot.toml"), "{told}");
    assert!(told.contains("**✋ api v2.2.0 · waits for QA**\n"), "the card is there anew: {told}");
    story.world.telegram().say("bob", "Releases", None, "/release status").unwrap();
    story.settle().await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_a_closed_topic_is_said_in_the_group_until_it_is_open() {
    let story = waiting().await;
    story.world.telegram().close_topic("Releases", "Releases", true).unwrap();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    story.pass(9).await;
    let general = |told: &str| told.split("— topic Releases —").next().unwrap_or_default().to_owned();
    assert!(
        general(&story.shown("Releases")).contains("New since it was asked for before"),
        "{}",
        story.shown("Releases")
    );
    story.world.telegram().close_topic("Releases", "Releases", false).unwrap();
    let before = general(&story.shown("Releases")).matches("shipmate:").count();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "more", "fix: once more").await;
    story.pass(9).await;
    let after = general(&story.shown("Releases")).matches("shipmate:").count();
    assert_eq!(after, before, "the topic is used again");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_a_locked_thread_is_said_in_the_channel() {
    let story = waiting().await;
    story.world.discord().lock_thread("api v2.2.0", true).unwrap();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    story.pass(9).await;
    let outside = |told: &str| {
        told.lines().any(|line| !line.starts_with("    ") && line.contains("New since it was asked for before"))
    };
    assert!(outside(&story.shown("#releases")), "{}", story.shown("#releases"));
    story.world.discord().lock_thread("api v2.2.0", false).unwrap();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "more", "fix: once more").await;
    story.pass(9).await;
    let told = story.shown("#releases");
    let inside = told
        .lines()
        .filter(|line| line.starts_with("    ") && line.contains("New since it was asked for before"))
        .count();
    assert_eq!(inside, 1, "the thread is used again: {told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_a_deleted_thread_is_said_in_a_new_one() {
    let story = waiting().await;
    story.world.discord().delete_channel("api v2.2.0").unwrap();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    story.pass(9).await;
    let told = story.shown("#releases");
    let inside = told
        .lines()
        .filter(|line| line.starts_with("    ") && line.contains("New since it was asked for before"))
        .count();
    assert_eq!(inside, 1, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_that_may_not_be_opened_leave_the_channel() {
    let story = Story::begin().await;
    story.world.discord().deny("releases", Some(Denied::Threads)).unwrap();
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    story.pass(9).await;
    assert!(story.shown("#releases").contains("New since it was asked for before"), "{}", story.shown("#releases"));
    story.end().await;
}

/// A group that became a supergroup: the new id is used, in both directions, and asked for once.
async fn goes_on_in(story: &Story, new: i64) {
    story.discord("alice", "hotfix", &[("description", "payments are down")]).await;
    story.pass(9).await;
    let told = story.shown("Incidents");
    assert!(told.contains("payments are down"), "{told}");
    for place in ["Incidents", "#incidents"] {
        let told = story.shown(place);
        assert_eq!(count(&told, &format!("telegram:{new}")), 1, "{place}: {told}");
    }
    story.world.telegram().say("bob", "Incidents", None, "/why").unwrap();
    story.settle().await;
    let told = story.shown("Incidents");
    assert!(told.contains("↳ reply to “/why”") && !told.contains("does not name this place"), "{told}");
    assert!(readiness(story).await.contains(&format!("write telegram:{new} instead of")), "{}", readiness(story).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_became_a_supergroup_goes_on() {
    let mut story = Story::begin().await;
    let new = story.world.telegram().migrate("Incidents").unwrap();
    story.settle().await;
    goes_on_in(&story, new).await;
    story.bot.stop().await;
    story.start_bot().await;
    let requests = story.world.wire().requests();
    story.world.telegram().say("bob", "Incidents", None, "/whoami").unwrap();
    story.settle().await;
    let refused = story.world.wire().recorded().into_iter().skip(requests).filter(|request| request.status == 400);
    assert_eq!(refused.count(), 0, "the new id is remembered");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_became_a_supergroup_unheard_goes_on() {
    let mut story = Story::begin().await;
    story.bot.stop().await;
    let new = story.world.telegram().migrate("Incidents").unwrap();
    story.world.telegram().forget_updates();
    story.start_bot().await;
    goes_on_in(&story, new).await;
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_a_forbidden_channel_waits_and_the_others_hear_of_it_once() {
    let mut story = waiting().await;
    for denied in [Denied::View, Denied::Send] {
        story.world.discord().deny("releases", Some(denied)).unwrap();
        story.push("lin", "release/v2.2.0", "src/fix.rs", &format!("{denied:?}"), "fix: by hand").await;
        story.pass(9).await;
        story.pass(30).await;
        let place = format!("I cannot speak in discord:{}", story.world.discord().channel_id("releases").unwrap());
        let nth = if denied == Denied::View { 1 } else { 2 };
        for other in ["#incidents", "Incidents", "Releases"] {
            assert_eq!(count(&story.shown(other), &place), nth, "{other}: {}", story.shown(other));
        }
        assert!(story.shown("Releases").contains("New since it was asked for before"), "the others go on");
        assert!(readiness(&story).await.contains("cannot speak in discord:"), "{}", readiness(&story).await);
        story.bot.stop().await;
        story.start_bot().await;
        let heard = count(&story.shown("#releases"), "New since it was asked for before");
        story.world.discord().deny("releases", None).unwrap();
        story.pass(10).await;
        assert_eq!(
            count(&story.shown("#releases"), "New since it was asked for before"),
            heard + 1,
            "{}",
            story.shown("#releases")
        );
        assert_eq!(count(&story.shown("#incidents"), "I can speak in discord:"), nth, "{}", story.shown("#incidents"));
        assert!(!readiness(&story).await.contains("cannot speak"), "{}", readiness(&story).await);
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_gone_and_a_group_without_the_bot_are_told_of() {
    let story = waiting().await;
    story.world.discord().delete_channel("releases").unwrap();
    story.world.telegram().set_standing("Incidents", Standing::Kicked).unwrap();
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: by hand").await;
    story.pass(9).await;
    story.pass(30).await;
    let told = story.shown("#incidents");
    assert_eq!(count(&told, "I cannot speak in discord:"), 1, "{told}");
    assert!(told.contains("Write another channel's id into bot.toml"), "{told}");
    assert_eq!(count(&told, "I cannot speak in telegram:"), 1, "{told}");
    assert!(told.contains("Add the bot to this chat again"), "{told}");
    assert!(story.shown("Releases").contains("New since it was asked for before"));
    story.world.telegram().set_standing("Incidents", Standing::Member).unwrap();
    story.pass(10).await;
    assert_eq!(count(&story.shown("Incidents"), "I cannot speak in discord:"), 1, "{}", story.shown("Incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_platform_refuses_is_said_plainly_or_set_aside() {
    use sandbox::wire::{Fault, Mishap, Service};
    let story = waiting().await;
    let refuse = |times: usize| {
        for _ in 0..times {
            let said = serde_json::json!({ "ok": false, "error_code": 400, "description": "Bad Request: BUTTON_DATA_INVALID" });
            let mishap = Mishap::Answer(400, vec![], said);
            let path = "/SendMessage".to_owned();
            story.world.wire().fail_next(Fault { service: Service::Telegram, method: "POST".into(), path, mishap });
        }
    };
    refuse(1);
    story.telegram("bob", "/whoami").await;
    story.pass(1).await;
    assert!(story.shown("Releases").contains("This account in bot.toml"), "{}", story.shown("Releases"));
    refuse(2);
    story.telegram("bob", "/whoami").await;
    story.pass(1).await;
    let told = story.shown("#incidents");
    assert!(told.contains("Set aside: a message for telegram:"), "{told}");
    story.end().await;
}
