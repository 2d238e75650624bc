//! Production is fixed while the month is being tested: the fix comes along, or the month's version is given up.

use super::{begin, month::works};
use crate::story::Story;

/// A hotfix is in its final pass when the window opens; a story of the month is in, and the month's release in STG.
async fn both_under_way() -> Story {
    let story = begin().await;
    story.telegram("dave", "/hotfix invoices are empty").await;
    story.push("dave-gh", "hotfix_26.02.01-release", "src/total.txt", "sum\n", "fix(invoice): fill it").await;
    story.pass(1).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(9).await;
    story.telegram_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.discord_gives("grace", "drill").await;
    // STG has it before the window opens: at one moment, either could be told first.
    story.pass(9).await;
    story.until("2026-03-02 09:00").await;
    story.telegram("alice", "/release add S-20002").await;
    works(&story, "S-20002").await;
    story.telegram("carol", "/approve gate=stories version=26.03.02").await;
    story.pass(9).await;
    story
}

/// Ticks everything at a gate of the month's release, and approves there.
async fn gives(story: &Story, person: &str, gate: &str) {
    let approve = format!("/approve gate={gate} version=26.03.02");
    story.telegram(person, &approve).await;
    story.telegram_press(person, "Yes, approve").await;
}

/// The hotfix gets its final pass, and goes to production and to main. STG has the month's release meanwhile, so that it is
/// brought there again.
async fn ships(story: &Story) {
    story.discord("bob", "approve", &[("gate", "certification"), ("version", "26.03.01")]).await;
    story.telegram("alice", "/release retry version=26.03.01").await;
    story.pass(9).await;
    story.discord("bob", "approve", &[("gate", "certification"), ("version", "26.03.01")]).await;
    story.discord_press("bob", "Yes, approve").await;
    story.pass(12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_ships_in_the_first_pass_is_merged_and_tested_before_the_tag() {
    let story = both_under_way().await;
    gives(&story, "bob", "first-pass").await;
    story.pass(1).await;
    ships(&story).await;
    story.telegram("carol", "/why").await;

    // Frank does what he is told to; nobody has to press anything, and STG gets the fix.
    let total = ("src/total.txt", "sum\n");
    story.world.github().push_merge("frank-gh", "s5_26.03.02-release", "main", &[total]).await.unwrap();
    story.settle().await;
    story.pass(9).await;
    gives(&story, "bob", "first-pass").await;
    story.pass(9).await;
    gives(&story, "grace", "drill").await;

    story.pass(18).await;
    let fixed = story.world.github().file("26.03.02", "src/total.txt").await.unwrap();
    assert_eq!(fixed.as_deref(), Some("sum\n"), "the tag has the fix");
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_ships_after_the_tag_needs_another_version() {
    let story = both_under_way().await;
    gives(&story, "bob", "first-pass").await;
    story.pass(9).await;
    gives(&story, "grace", "drill").await;
    story.pass(18).await;
    ships(&story).await;
    story.telegram("carol", "/why").await;
    story.discord("alice", "release cancel", &[("version", "26.03.02"), ("reason", "it lacks the fix")]).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
