//! Freezes and windows that come by the calendar.

use chrono::TimeDelta;
use sandbox::world::WorldSettings;

use crate::story::Story;

/// A freeze of every afternoon, and deploys in the morning only.
fn with_calendar(toml: &str) -> String {
    let rules = r#"[[freezes]]
name = "afternoon"
reason = "nobody merges after lunch"
from = "0 13 * * mon-fri"
until = "0 18 * * mon-fri"
"#;
    format!("{toml}{rules}")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_freezes_overlap_and_a_third_comes_by_itself() {
    let mut story = Story::begin_configured(with_calendar).await;
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    // Monday 04:00 in Toronto.
    story.telegram("carol", "/freeze status").await;
    story.telegram("carol", "/freeze start api until Mon 14:00 \"the quarter ends\"").await;
    story.discord("alice", "freeze start", &[("reason", "the database moves"), ("until", "Mon 15:00")]).await;
    story.discord("carol", "freeze lift", &[("freeze", "2"), ("dry-run", "true")]).await;
    story.discord("carol", "freeze lift", &[("freeze", "2")]).await;
    assert!(story.light(pull).starts_with("failure: freeze #1 by carol"), "{}", story.light(pull));
    to(&story, 9 * 60 + 5).await;
    story.telegram("dave", "/freeze status").await;
    to(&story, 60).await;
    assert!(story.light(pull).starts_with("failure: freeze #3 by the calendar"), "{}", story.light(pull));
    // Today's occurrence is lifted; the process is killed; tomorrow's comes all the same.
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(story.light(pull), "success: no freeze is active");
    story.bot.killer()();
    story.start_bot().await;
    assert_eq!(story.light(pull), "success: no freeze is active");
    to(&story, 60).await;
    story.bot.killer()();
    // It is down when tomorrow's begins, and up again before it ends.
    story.world.clock().advance(TimeDelta::hours(24));
    story.start_bot().await;
    assert!(story.light(pull).starts_with("failure: freeze #4 by the calendar"), "{}", story.light(pull));
    to(&story, 4 * 60).await;
    assert_eq!(story.light(pull), "success: no freeze is active");
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

/// Lets minutes pass: most of them at once, the rest one by one.
async fn to(story: &Story, minutes: i64) {
    story.world.clock().advance(TimeDelta::minutes(minutes - 5));
    story.settle().await;
    story.pass(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_waits_for_its_window() {
    let windows = |toml: &str| {
        format!(
            "{toml}[[windows]]\nname = \"deploy hours\"\ndays = \"Mon-Thu\"\nhours = \"05:00-16:00\"\nzone = \"America/Toronto\"\n"
        )
    };
    let story = Story::begin_in(WorldSettings::default(), windows).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    // 04:09: merges are open, deploys are not.
    story.discord_press("alice", "Merge").await;
    story.telegram("alice", "/why").await;
    story.telegram("dave", "/freeze status").await;
    story.pass(51).await;
    story.telegram("alice", "/why").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
