//! What others answer without an end: it ends in a sentence, takes little memory, and what waited for it goes on.

use sandbox::wire::{Fault, Mishap, Service};

use crate::story::Story;

/// What a small process may hold at most, in bytes.
const MEMORY: usize = 200 * 1024 * 1024;

impl Story {
    /// The next answer of this kind never ends.
    fn never_ends(&self, service: Service, (method, path): (&str, &str)) {
        let (method, path, mishap) = (method.to_owned(), path.to_owned(), Mishap::Endless);
        self.world.wire().fail_next(Fault { service, method, path, mishap });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_an_end_ends_in_a_sentence() {
    let mut story = Story::begin().await;
    // Reads are tried three times.
    (0..3).for_each(|_| story.never_ends(Service::GitHub, ("GET", "/compare/")));
    story.never_ends(Service::Telegram, ("POST", "/SendMessage"));
    story.discord("alice", "release prepare", &[]).await;
    assert!(story.told().contains("✓ Went on"), "{}", story.told());
    story.never_ends(Service::Discord, ("POST", "/messages"));
    story.pass(10).await;
    assert!(story.told().contains("your turn"), "what was not read is read later: {}", story.told());
    for place in ["Releases", "#releases"] {
        assert!(story.shown(place).contains("api v2.2.0 ·"), "nothing to say is lost: {}", story.told());
    }
    // Where its gateway is, it is asked at each start.
    story.bot.stop().await;
    story.never_ends(Service::Discord, ("GET", "/gateway"));
    story.start_bot().await;
    let most = crate::flood::figure(story.bot.pid(), "VmHWM:");
    assert!(most.is_none_or(|bytes| bytes < MEMORY), "{most:?} bytes");
    println!("endless: at most {most:?} bytes");
    story.end().await;
}
