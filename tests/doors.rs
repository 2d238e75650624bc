//! The bot's doors: who may come in, in which size, and as whom the bot itself goes out.

use sandbox::wire::{Fault, Mishap, Service};

use crate::story::{HOOKS_TOKEN, Story, with_hooks};

/// A release branch made by hand, which the bot tells of: whether it was heard can be seen in the chats.
const MADE_BY_HAND: &str = r#"{"ref":"release/v7.0.0","ref_type":"branch","repository":{"full_name":"acme/api"}}"#;

/// Telegram's secret in these stories.
const SECRET: &str = "telegram_webhook-Secret";

fn telegram_by_webhook(text: &str) -> String {
    text.replace("[telegram]\n", &format!("[telegram]\nmode = \"webhook\"\nwebhook_secret = \"{SECRET}\"\n"))
}

/// What is left when a section with this heading is taken out.
fn without(text: &str, heading: &str) -> String {
    let mut kept = true;
    let keeps = |line: &&str| {
        kept = if line.starts_with('[') { *line != heading } else { kept };
        kept
    };
    text.lines().filter(keeps).map(|line| format!("{line}\n")).collect()
}

/// The configuration of a team that has one chat only.
fn only(text: &str, chat: &str, other: &str) -> String {
    let text = without(text, &format!("[{other}]"));
    let places = |line: &str| {
        let Some((key, list)) = line.split_once(" = [") else { return format!("{line}\n") };
        if !list.contains("discord:") && !list.contains("telegram:") {
            return format!("{line}\n");
        }
        let kept: Vec<&str> = list.trim_end_matches(']').split(", ").filter(|place| place.contains(chat)).collect();
        format!("{key} = [{}]\n", kept.join(", "))
    };
    let account = format!("{other} = ");
    text.lines().filter(|line| !line.starts_with(&account)).map(places).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_prove_to_be_github_stays_outside() {
    let story = Story::begin().await;
    // Nobody told of the branch yet.
    story.world.github().lose_webhooks(true);
    story.world.github().create_branch("dave-gh", "release/v7.0.0", "develop").await.unwrap();
    let quiet = story.told();
    let good = story.knock("create", MADE_BY_HAND);
    let right = good.signature.clone();
    let mut knock = story.knock("create", MADE_BY_HAND);
    knock.id.clone_from(&good.id);
    let nearly = right.clone().map(|right| format!("{}0", &right[..right.len() - 1]));
    let sha1 = right.clone().map(|right| right.replace("sha256", "sha1"));
    let cut = right.clone().map(|right| right[..40].to_owned());
    for wrong in [None, Some(String::new()), Some("sha256=".into()), Some("x".repeat(2000)), sha1, cut] {
        knock.signature = wrong;
        assert_eq!(knock.answer().await, 401, "{:?}", knock.signature);
    }
    if nearly != right {
        knock.signature = nearly;
        assert_eq!(knock.answer().await, 401);
    }
    // GitHub's own, but incomplete or unreadable.
    knock.signature.clone_from(&right);
    (knock.event, knock.id) = (None, good.id.clone());
    assert_eq!(knock.answer().await, 400, "no event");
    (knock.event, knock.id) = (Some("create".into()), None);
    assert_eq!(knock.answer().await, 400, "no id");
    for unreadable in ["", "{", "payload=%7B%7D", "\u{0}", "[1, 2]", "null"] {
        let mut knock = story.knock("create", unreadable);
        knock.id.clone_from(&good.id);
        assert_eq!(knock.answer().await, 400, "{unreadable:?}");
    }
    let mut huge = story.knock("create", vec![b' '; 25 * 1024 * 1024 + 1]);
    huge.id.clone_from(&good.id);
    assert_eq!(huge.answer().await, 413);
    let client = reqwest::Client::new();
    assert_eq!(client.get(story.door("/hooks/github")).send().await.unwrap().status(), 405);
    assert_eq!(client.post(story.door("/hooks/telegram")).send().await.unwrap().status(), 401, "not while it polls");
    assert_eq!(client.post(story.door("/hooks")).send().await.unwrap().status(), 404);
    story.settle().await;
    let told = story.told();
    let added: Vec<&str> = told.lines().filter(|line| !quiet.contains(line)).collect();
    assert_eq!(added.iter().filter(|line| line.contains("Something came to /hooks/github")).count(), 2, "{added:?}");
    assert!(!told.contains("release/v7.0.0"), "nothing else was said of any of it: {told}");
    // None of them was noted, else the real one with the same id would be taken for a duplicate.
    assert_eq!(good.answer().await, 200);
    story.settle().await;
    assert!(story.told().contains("release/v7.0.0"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn github_hears_why_and_what_cannot_be_read_is_kept() {
    let story = Story::begin_configured(with_hooks).await;
    let mut unreadable = story.knock("create", "{\"ref\": ");
    let (status, why) = unreadable.said().await;
    assert!(status == 400 && why.contains("cannot be read: the webhook's body is not one of GitHub's"), "{why}");
    unreadable.signature = None;
    let (status, why) = unreadable.said().await;
    assert!(status == 401 && why.contains("the secret is missing or wrong"), "{why}");
    story.settle().await;
    assert_eq!(story.told().matches("Something came to /hooks/github").count(), 2, "once in each chat");
    let kept = reqwest::Client::new().get(story.door("/hooks/unread")).bearer_auth(HOOKS_TOKEN).send().await.unwrap();
    let kept: Vec<serde_json::Value> = kept.json().await.unwrap();
    assert_eq!((kept.len(), &kept[0]["path"], &kept[0]["body"]), (1, &"/hooks/github".into(), &"{\"ref\": ".into()));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_at_its_door_are_put_off_and_github_is_heard_however_often_it_comes() {
    let story = Story::begin_configured(with_hooks).await;
    let zen = "{\"zen\": \"Keep it logically awesome.\"}";
    let ping = story.knock("ping", zen);
    let put_off = async |signature: Option<String>, tries: usize| {
        for _ in 0..tries {
            let mut knocks: Vec<_> = (0..64).map(|_| story.knock("ping", zen)).collect();
            for knock in &mut knocks {
                knock.signature.clone_from(&signature);
            }
            let answers = futures::future::join_all(knocks.iter().map(|knock| knock.said())).await;
            if let Some((_, said)) = answers.into_iter().find(|(status, _)| *status == 429) {
                return said.contains("too many");
            }
        }
        false
    };
    assert!(put_off(Some("sha256=0".into()), 4).await, "strangers");
    assert_eq!(ping.answer().await, 200, "GitHub is heard all the same");
    assert!(!put_off(ping.signature.clone(), 24).await, "GitHub itself, more than 1,500 times");
    for (path, forged) in [("/hooks/deploy", "a-token-that-is-wrong"), ("/hooks/flux", "")] {
        let mut statuses = std::collections::BTreeSet::new();
        // So many that all are under an address's share of the connections: none has to go for another.
        for _ in 0..4 {
            let knocks = (0..50).map(|_| story.report(path, "{}").bearer_auth(forged).send());
            let answers = futures::future::join_all(knocks).await;
            statuses.extend(answers.into_iter().map(|one| one.unwrap().status().as_u16()));
        }
        assert_eq!(statuses, [401, 429].into(), "{path}");
        assert_eq!(story.reported(path, "{}").await.0, 400, "{path}: who has the token is heard");
    }
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_prove_to_be_telegram_stays_outside() {
    let story = Story::begin_configured(telegram_by_webhook).await;
    story.telegram("alice", "/whoami").await;
    let quiet = story.told();
    let (chat, alice) = (story.world.telegram().chat_id("Incidents").unwrap(), story.world.person("alice").unwrap());
    let update = serde_json::json!({
        "update_id": 900_000_001,
        "message": {
            "message_id": 4711,
            "date": story.world.clock().now().timestamp(),
            "chat": { "id": chat, "type": "group", "title": "Incidents" },
            "from": { "id": alice.telegram, "is_bot": false, "first_name": "alice" },
            "text": "/release list",
            "entities": [{ "type": "bot_command", "offset": 0, "length": 8 }]
        }
    })
    .to_string();
    for wrong in [None, Some(""), Some("telegram_webhook-secret"), Some("telegram_webhook-Secret2")] {
        assert_eq!(story.telegram_knocks(wrong, update.clone()).await, 401, "{wrong:?}");
    }
    for unreadable in ["", "{", "[]", "hello"] {
        assert_eq!(story.telegram_knocks(Some(SECRET), unreadable).await, 400, "{unreadable:?}");
    }
    assert_eq!(story.telegram_knocks(Some(SECRET), vec![b' '; 1024 * 1024 + 1]).await, 413);
    story.settle().await;
    assert_eq!(story.told(), quiet, "nothing was said of any of it");
    // The same update with the secret is heard, so none of the others was noted; and it is heard once.
    let asked = |story: &Story| story.world.wire().recorded().iter().filter(|sent| answers(sent, chat)).count();
    let before = asked(&story);
    assert_eq!(story.telegram_knocks(Some(SECRET), update.clone()).await, 200);
    story.settle().await;
    assert_eq!(asked(&story), before + 1, "{}", story.told());
    assert_eq!(story.telegram_knocks(Some(SECRET), update).await, 200);
    story.settle().await;
    assert_eq!(asked(&story), before + 1);
    story.end().await;
}

/// Whether a request is a message into this chat of Telegram's.
fn answers(sent: &sandbox::wire::Recorded, chat: i64) -> bool {
    sent.service == Service::Telegram && sent.path.ends_with("/SendMessage") && sent.body["chat_id"] == chat
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_release_with_telegram_by_webhook() {
    let story = Story::begin_configured(telegram_by_webhook).await;
    story.telegram("alice", "/release prepare").await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.telegram_press("alice", "Merge").await;
    story.pass(15).await;
    story.telegram_approves("erin").await;
    assert!(story.told().contains("It took"), "{}", story.told());
    let polled = story.world.wire().recorded().iter().any(|sent| sent.path.to_lowercase().ends_with("/getupdates"));
    assert!(!polled, "a bot with a webhook does not poll");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_github_app_prepares_a_release() {
    let story = Story::begin_as_app().await;
    story.discord("alice", "release prepare", &[]).await;
    assert!(story.told().contains("api v2.2.0 ·"), "{}", story.told());
    let tokens = |story: &Story| {
        let recorded = story.world.wire().recorded();
        recorded.iter().filter(|sent| sent.path == "/app/installations/5678/access_tokens").count()
    };
    assert_eq!(tokens(&story), 1, "one token serves everybody");
    // A token lives for an hour of GitHub's clock.
    story.pass(70).await;
    assert!(tokens(&story) >= 2, "a token that has run out is replaced");
    let refused = story.world.wire().recorded().into_iter().find(|sent| sent.status == 401);
    assert!(refused.is_none(), "nothing is sent with a token that has run out: {refused:?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_answered_401_is_made_once_more_with_a_fresh_token() {
    let story = Story::begin_as_app().await;
    for path in ["/git/refs", "/pulls", "staging.yml/dispatches"] {
        let mishap = Mishap::Answer(401, vec![], serde_json::json!({ "message": "Bad credentials" }));
        let (method, path) = ("POST".to_owned(), path.to_owned());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert!(!story.told().contains("Bad credentials"), "{}", story.told());
    assert!(story.told().contains("your turn"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_on_discord_only() {
    let story = Story::begin_configured(|text| only(text, "discord", "telegram")).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.discord_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    story.pass(15).await;
    story.discord_approves("erin").await;
    assert!(story.shown("#releases").contains("It took"), "{}", story.told());
    assert!(story.world.wire().recorded().iter().all(|sent| sent.service != Service::Telegram));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_on_telegram_only() {
    let story = Story::begin_configured(|text| only(text, "telegram", "discord")).await;
    story.telegram("alice", "/release prepare").await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.telegram_press("alice", "Merge").await;
    story.pass(15).await;
    story.telegram_approves("erin").await;
    assert!(story.shown("Releases").contains("It took"), "{}", story.told());
    assert!(story.world.wire().recorded().iter().all(|sent| sent.service != Service::Discord));
    story.end().await;
}
