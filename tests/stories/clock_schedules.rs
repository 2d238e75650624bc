//! What recurs goes on rightly though the clock of the bot's machine is set, forward or back by a day: nothing is said before its
//! time, nothing twice, and nothing is left out.

use chrono::TimeDelta;
use sandbox::{bot_toml::BotProject, world::WorldSettings};

use crate::story::Story;

/// What the team says each morning.
const MORE: &str = r#"
[[schedules]]
project = "shop"
name = "standup"
title = "Stand-up"
cron = "45 9 * * *"
says = "Who does what today?"
"#;

/// It is Thursday, 5 March 2026, 09:00 in Toronto; the train's code freeze is at 17:00, its departure on Monday at 10:00.
async fn thursday() -> Story {
    let settings = WorldSettings::weekly_train();
    let project = BotProject { more: MORE.replace("shop", &settings.github.name), ..settings.project.clone() };
    Story::begin_with(WorldSettings { project, ..settings }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_and_departures_keep_their_time_when_the_clock_jumps() {
    for days in [1, -1] {
        let story = thursday().await;
        let said = |story: &Story| story.told().matches("Who does what today?").count() / 2;
        let jump = |story: &Story, days: i64| story.world.clock().jump_wall(TimeDelta::days(days));
        assert_eq!(said(&story), 0, "{}", story.told());
        jump(&story, days);
        story.settle().await;
        story.pass(30).await;
        assert_eq!(said(&story), 0, "{days}: not before its time: {}", story.told());
        story.until("2026-03-05 09:45").await;
        assert_eq!(said(&story), 1, "{days}: at its time: {}", story.told());
        story.until("2026-03-05 16:59").await;
        let begun = |story: &Story| story.told().contains("Code freeze of v1.4.0");
        assert!(!begun(&story), "{days}: the train does not begin because of the clock: {}", story.told());
        story.until("2026-03-05 17:00").await;
        assert!(begun(&story), "{days}: the train begins at its time: {}", story.told());
        // The clock is put right again.
        jump(&story, -days);
        story.settle().await;
        story.until("2026-03-06 09:30").await;
        assert_eq!(said(&story), 1, "{days}: nothing is said twice: {}", story.told());
        story.until("2026-03-06 09:45").await;
        assert_eq!(said(&story), 2, "{days}: the next morning: {}", story.told());
        // And it jumps once more, over the weekend, until after the departure.
        jump(&story, days);
        story.settle().await;
        story.until("2026-03-08 11:00").await;
        assert_eq!(said(&story), 4, "{days}: each morning once: {}", story.told());
        println!("schedule: {days} d: each morning once, one train, at their times");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_while_the_clock_is_wrong_repeats_nothing() {
    for days in [1, -1] {
        let mut story = thursday().await;
        story.until("2026-03-05 10:00").await;
        let said = |story: &Story| story.told().matches("Who does what today?").count() / 2;
        assert_eq!(said(&story), 1, "{}", story.told());
        story.world.clock().jump_wall(TimeDelta::days(days));
        story.settle().await;
        story.world.clock().jump_wall(TimeDelta::days(-days));
        story.settle().await;
        story.bot.stop().await;
        story.start_bot().await;
        story.until("2026-03-05 14:00").await;
        assert_eq!(said(&story), 1, "{days}: {}", story.told());
        story.until("2026-03-06 10:00").await;
        assert_eq!(said(&story), 2, "{days}: {}", story.told());
        story.end().await;
    }
}
