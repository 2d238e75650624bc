//! The clock of the bot's machine is set, forward or back by a day: nothing is over and nothing begins because of it.

use chrono::TimeDelta;

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_ends_at_its_time_whatever_the_machines_clock_shows() {
    for (days, where_to) in [(1, "forward by 1d"), (-1, "back by 1d")] {
        let story = Story::begin().await;
        let pull = story.opens("dave-gh", "feature/x", "main").await;
        let red = |story: &Story| story.light(pull).starts_with("failure");
        story.telegram("carol", "/freeze start until=\"Mon 06:00\" the database moves").await;
        story.pass(5).await;
        assert!(red(&story), "{}", story.told());
        story.world.clock().jump_wall(TimeDelta::days(days));
        story.settle().await;
        story.pass(60).await;
        assert!(red(&story), "the freeze ended because of the clock");
        assert!(!story.told().contains("Freeze over"), "{}", story.told());
        let told = story.shown("#incidents");
        assert_eq!(told.matches("The clock of my machine jumped").count(), 1, "{told}");
        assert!(told.contains(where_to), "{told}");
        // It is put right again, which is no news.
        story.world.clock().jump_wall(TimeDelta::days(-days));
        story.pass(30).await;
        assert!(red(&story));
        assert_eq!(story.shown("#incidents").matches("The clock of my machine jumped").count(), 1);
        story.pass(90).await;
        assert!(!red(&story), "it ends at its time: {}", story.told());
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_goes_on_while_the_machines_clock_is_wrong() {
    for days in [1, -1] {
        let story = Story::begin().await;
        story.discord("alice", "release prepare", &[]).await;
        story.world.clock().jump_wall(TimeDelta::days(days));
        story.pass(9).await;
        story.telegram_approves("bob").await;
        story.discord_press("alice", "Merge").await;
        story.pass(9).await;
        assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
        story.end().await;
    }
}
