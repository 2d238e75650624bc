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
