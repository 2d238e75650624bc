//! A month in which much goes wrong: STG shows a mistake, the tagged build does not deploy, and PROD does not take it.

use sandbox::github::Outcome;

use super::{begin, month::works};

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_is_mended_in_stg_and_given_up_in_prod() {
    let story = begin().await;
    let fails = |file: &str| (0..3).for_each(|_| story.world.github().next_outcome(file, Outcome::Failure));
    story.until("2026-03-02 09:00").await;
    story.telegram("alice", "/release add S-20002").await;
    works(&story, "S-20002").await;
    story.discord_press("carol", "Stories complete").await;
    story.pass(9).await;
    story.telegram("bob", "/reject first-pass reminders come twice").await;
    let reminder = ("s5_26.03.01-release", "src/reminder.txt", "say when\nonce\nnot on Sundays\n");
    story.push("erin-gh", reminder.0, reminder.1, reminder.2, "fix(reminder): S-20002 say it once").await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;

    // The tagged build fails in STG as often as it is tried by itself; a person tries once more.
    story.discord("grace", "approve", &[("gate", "drill")]).await;
    story.discord_press("grace", "Yes, approve").await;
    story.pass(8).await;
    fails("deploy-stg.yml");
    story.pass(40).await;
    story.telegram_press("alice", "Retry").await;
    story.pass(9).await;
    story.discord("carol", "reject", &[("gate", "certification"), ("reason", "which build is this?")]).await;
    story.discord_press("carol", "Take it back").await;
    fails("deploy-prod.yml");
    story.telegram_gives("bob", "certification").await;
    story.pass(45).await;
    story.telegram("dave", "/why").await;
    story.discord("alice", "release cancel", &[("reason", "next month")]).await;
    insta::assert_snapshot!(story.told());
    story.end().await;
}
