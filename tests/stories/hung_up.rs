//! Discord hangs up without saying why.

use crate::story::Story;

/// How often, for it depends on the instant at which the bot notices.
const TIMES: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn telegram_goes_on_and_the_bot_stops_when_it_is_asked_to() {
    let mut story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    for _ in 0..TIMES {
        story.world.discord().hang_up_gateway();
        story.telegram("bob", "/release status").await;
        story.world.discord().hang_up_gateway();
        story.bot.stop().await;
        story.start_bot().await;
    }
    let told = story.shown("Releases");
    let answers = told.matches("reply to “/release status”").count();
    assert_eq!(answers, TIMES, "{told}");
    story.discord("alice", "freeze status", &[]).await;
    insta::assert_snapshot!(story.short("#releases"));
    story.end().await;
}
