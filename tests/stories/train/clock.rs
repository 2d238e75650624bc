//! The clock of the bot's machine is set, forward or back by a day, at each stage of the week: the train keeps its times.

use chrono::TimeDelta;

use super::{freezes, leaves_and_arrives, ready_to_leave, signed_off, thursday_morning};

#[tokio::test(flavor = "multi_thread")]
async fn the_train_departs_at_its_time_whatever_the_machines_clock_shows() {
    for days in [1, -1] {
        let story = thursday_morning().await;
        let jump = |days: i64| story.world.clock().jump_wall(TimeDelta::days(days));
        jump(days);
        story.settle().await;
        freezes(&story).await;
        jump(-days);
        story.settle().await;
        signed_off(&story).await;
        jump(days);
        story.settle().await;
        ready_to_leave(&story).await;
        assert!(!story.told().contains("is live"), "{days}: not before Monday 10:00: {}", story.told());
        leaves_and_arrives(&story).await;
        assert!(story.told().contains("is live"), "{days}: {}", story.told());
        println!("schedule: {days} d: the train left at its time");
        story.end().await;
    }
}
