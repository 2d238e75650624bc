//! What the log holds, at its most talkative: no secret, no token of an interaction, nobody's words; and of strangers a line a second.

use std::time::Instant;

use serde_json::json;

use crate::story::{HOOKS_SECRET, HOOKS_TOKEN, Story, with_hooks};

/// What people say, in the middle of words of their own.
const WORDS: &str = "the totals are wrong for Ms Example";
/// What strangers send.
const HOSTILE: &str = "attack-at-dawn";

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_nobodys_words_are_written_at_any_level() {
    for level in ["debug", "trace"] {
        let mut story = Story::begin_configured(with_hooks).await;
        story.bot.stop().await;
        story.bot.environment.push(("SHIPMATE_LOG", level));
        story.start_bot().await;
        let before = story.bot.log().len();
        // Ordinary commands, with words of people's own.
        story.discord("alice", "release prepare", &[]).await;
        story.pass(9).await;
        story.telegram("bob", &format!("/reject gate=qa reason=\"{WORDS}\"")).await;
        story.discord("alice", "release cancel", &[("reason", WORDS)]).await;
        story.suggested("release status", &[], ("project", HOSTILE)).await;
        story.telegram("dave", &format!("/nonsense {HOSTILE}")).await;
        story.world.discord().send_unreadable("bob", &format!("{HOSTILE} {WORDS}"));
        // Strangers at every door, and senders who write what cannot be read.
        let began = Instant::now();
        for nth in 0..120 {
            let body = json!({ "words": HOSTILE, "nth": nth }).to_string();
            for door in ["/hooks/deploy", "/hooks/alertmanager", "/hooks/gitlab"] {
                drop(story.report(door, body.clone()).bearer_auth(HOSTILE).send().await.unwrap());
            }
            let mut knock = story.knock("create", body);
            knock.signature = Some(format!("sha256={}", "0".repeat(64)));
            knock.answer().await;
        }
        let seconds = began.elapsed().as_secs() as usize;
        let unreadable = json!({ "project": WORDS, "environment": HOSTILE, "version": HOSTILE, "status": WORDS });
        drop(story.reported("/hooks/deploy", unreadable.to_string()).await);
        story.settle().await;
        let log = story.bot.log()[before..].to_owned();
        assert!(log.contains("DEBUG"), "it is talkative: {log}");
        let refused = log.lines().filter(|line| line.contains("left_out=")).count();
        println!(
            "talkative: at {level} {} lines, of which {refused} are of strangers in {seconds} s",
            log.lines().count()
        );
        assert!((1..=seconds + 2).contains(&refused), "{refused} lines in {seconds} s");
        let (world, github) = (&story.world, story.world.github().settings());
        let (telegram, discord) = (world.telegram().token(), world.discord().token());
        let secrets = [&telegram, &discord, &github.token, &github.webhook_secret];
        let secrets = secrets.into_iter().map(String::as_str);
        for secret in secrets.chain([HOOKS_TOKEN, HOOKS_SECRET, "interaction-token-", WORDS, HOSTILE]) {
            let found = log.lines().find(|line| line.contains(secret));
            assert!(found.is_none(), "at {level} the log holds “{secret}”: {found:?}");
        }
        story.end().await;
    }
}
