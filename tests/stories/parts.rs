//! What Telegram takes in several messages, of which a later one fails: what was taken is not said again.

use sandbox::wire::{Fault, Mishap, Moment, Service, Verdict};
use serde_json::{Value, json};

use crate::story::Story;

/// What Telegram answers.
fn answered(status: u16, more: Value) -> Mishap {
    let mut body = json!({ "ok": false, "error_code": status, "description": "it went wrong" });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Mishap::Answer(status, vec![], body)
}

impl Story {
    /// As many freezes as make a long answer.
    async fn freezes(&self, count: usize) {
        for nth in 0..count {
            let reason = format!("number {nth}: {}", "the quarter ends and nobody knows how ".repeat(60));
            self.telegram("carol", &format!("/freeze start api until 8h \"{reason}\"")).await;
        }
    }

    /// Once a message with these words was taken, the next of these is not.
    fn breaks_after(&self, words: &'static str, path: &'static str, mishap: Mishap) {
        let (wire, once) = (self.world.wire().clone(), std::sync::atomic::AtomicBool::default());
        self.world.wire().set_trap(move |_, request, moment| {
            let says = request.service == Service::Telegram && request.body.to_string().contains(words);
            if says && moment == Moment::After && !once.swap(true, std::sync::atomic::Ordering::SeqCst) {
                let (service, method, path) = (Service::Telegram, String::new(), path.to_owned());
                wire.fail_next(Fault { service, method, path, mishap: mishap.clone() });
            }
            Verdict::Pass
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_is_not_said_again() {
    let rows = [
        ("too many", answered(429, json!({ "parameters": { "retry_after": 5 } }))),
        ("it is down", answered(502, json!({}))),
        ("it takes it otherwise", answered(400, json!({ "description": "Bad Request: can't parse entities" }))),
    ];
    for (about, mishap) in rows {
        let story = Story::begin().await;
        story.freezes(2).await;
        story.breaks_after("(1/2)", "endMessage", mishap);
        story.telegram("carol", "/freeze status").await;
        story.pass(3).await;
        let told = story.shown("Releases");
        assert_eq!(["(1/2)", "(2/2)"].map(|part| told.matches(part).count()), [1, 1], "{about}: {told}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_goes_on_where_it_stopped_after_a_restart() {
    let mut story = Story::begin().await;
    story.freezes(2).await;
    story.breaks_after("(1/2)", "endMessage", answered(429, json!({ "parameters": { "retry_after": 40 } })));
    story.telegram("carol", "/freeze status").await;
    story.bot.stop().await;
    story.start_bot().await;
    story.pass(3).await;
    let told = story.shown("Releases");
    assert_eq!(["(1/2)", "(2/2)"].map(|part| told.matches(part).count()), [1, 1], "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_fails_comes_without_its_message_a_second_time() {
    let story = Story::begin().await;
    story.freezes(7).await;
    story.breaks_after("all of it is in the file", "endDocument", answered(502, json!({})));
    story.telegram("carol", "/freeze status").await;
    story.pass(3).await;
    let told = story.shown("Releases");
    assert_eq!(["all of it is in the file", "answer.txt"].map(|part| told.matches(part).count()), [1, 1], "{told}");
    story.end().await;
}
