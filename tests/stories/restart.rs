//! The bot dies over what somebody said, and comes back while more is being said.

use std::{sync::Arc, time::Duration};

use sandbox::wire::{Fault, Mishap, Moment, Service, Verdict};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_is_done_before_what_is_said_after() {
    let mut story = Story::begin().await;
    let (world, path) = (Arc::clone(&story.world), "/repos/acme/api".to_owned());
    let silence = Fault { service: Service::GitHub, method: String::new(), path, mishap: Mishap::Silence };
    world.wire().fail_next(silence);
    let before = world.wire().requests();
    world.telegram().say("alice", "Releases", Some("Releases"), "/release prepare").unwrap();
    until(|| world.wire().recorded().iter().skip(before).any(|sent| sent.service == Service::GitHub)).await;
    story.bot.killer()();

    // Telegram is connected long before Discord is.
    world.wire().set_trap(|_, request, moment| {
        let connects = request.service == Service::Discord && request.path.ends_with("/commands");
        if connects && moment == Moment::Before { Verdict::Hold } else { Verdict::Pass }
    });
    world.telegram().say("alice", "Releases", Some("Releases"), "/whoami").unwrap();
    story.bot.start();
    world.wire().holds().await;
    until(|| world.telegram().outstanding() == 0).await;
    world.wire().let_go();
    world.discord().wait_until_connected().await.unwrap();
    story.settle().await;
    let told = story.shown("Releases");
    let answer = |said: &str| told.find(&format!("reply to “{said}”")).unwrap();
    assert!(answer("/release prepare") < answer("/whoami"), "{told}");
    story.end().await;
}

async fn until(so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_hangs_up_ends_nothing_and_the_log_is_json_where_that_is_wanted() {
    let mut story = Story::begin().await;
    story.bot.stop().await;
    story.bot.environment = vec![("SHIPMATE_LOG_FORMAT", "json")];
    let before = story.bot.log().len();
    story.start_bot().await;
    let hung_up = std::process::Command::new("kill").args(["-HUP", &story.bot.pid().to_string()]).status().unwrap();
    assert!(hung_up.success());
    story.telegram("alice", "/whoami").await;
    assert!(story.told().contains("You are alice"), "{}", story.told());
    let log = story.bot.stop().await;
    let lines: Vec<serde_json::Value> =
        log[before..].lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect();
    let messages = lines.iter().filter_map(|line| line["fields"]["message"].as_str()).collect::<Vec<_>>();
    assert!(messages.iter().any(|said| said.starts_with("SIGHUP is passed over")), "{messages:?}");
    story.end().await;
}
