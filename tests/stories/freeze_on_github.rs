//! Freezes as GitHub keeps them: statuses, required checks, rulesets, merge queues.

use chrono::TimeDelta;
use sandbox::github::MergeMethod;

use crate::story::{CONTEXT, Story};

#[tokio::test(flavor = "multi_thread")]
async fn pull_requests_are_closed_while_a_freeze_lasts() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let github = story.world.github();
    let early = story.opens("dave-gh", "feature/early", "develop").await;
    assert_eq!(story.light(early), "success: no freeze is active");

    story.telegram("carol", "/freeze start api until Mon 11:00 \"quarter end\"").await;
    let red = "failure: freeze #1 by carol, until Mon 2 Mar 11:00 EST: quarter end. Exceptions: alice, carol";
    assert_eq!(story.light(early), red);
    assert!(github.merge_pull_request("dave-gh", early, MergeMethod::Squash).await.is_err());

    let late = story.opens("dave-gh", "feature/late", "develop").await;
    assert_eq!(story.light(late), red, "opened in the freeze");
    let side = story.opens("erin-gh", "feature/side", "feature/late").await;
    assert_eq!(story.light(side), "none", "nobody freezes a feature branch");
    github.push_to_pull_request("dave-gh", late, "more.txt", "y", "more").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(late), red, "pushed to in the freeze");
    github.retarget_pull_request("erin-gh", side, "develop").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(side), red, "retargeted into the freeze");
    github.retarget_pull_request("erin-gh", side, "feature/late").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(side), "success: no freeze is active", "and out of it again");
    github.close_pull_request("dave-gh", early).await.unwrap();
    story.settle().await;
    github.reopen_pull_request("dave-gh", early).await.unwrap();
    github.add_label("dave-gh", early, "hotfix").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(early), red, "a label changes nothing");
    let branch = story.opens("dave-gh", "hotfix/v9.9.9", "main").await;
    assert_eq!(story.light(branch), red, "neither does a branch's name");

    story.discord("alice", "freeze status", &[]).await;
    story.world.clock().advance(TimeDelta::minutes(389));
    story.settle().await;
    story.pass(31).await;
    story.telegram("dave", "/freeze status").await;
    for number in [early, late, branch] {
        assert_eq!(story.light(number), "success: no freeze is active");
    }
    github.merge_pull_request("dave-gh", early, MergeMethod::Squash).await.unwrap();
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_takes_the_required_check_away_in_a_freeze() {
    let story = Story::begin().await;
    let ruleset = story.requires_the_check(&["main", "develop"], vec![]).await;
    let pull = story.opens("dave-gh", "feature/x", "main").await;
    story.discord("carol", "freeze start", &[("reason", "the audit"), ("project", "api")]).await;
    let red = story.light(pull);
    story.world.github().remove_ruleset("alice-gh", ruleset).await.unwrap();
    story.settle().await;
    story.pass(10).await;
    assert_eq!(story.light(pull), red);
    story.telegram("dave", "/freeze status api").await;
    story.requires_the_check(&["main"], vec![]).await;
    story.pass(10).await;
    // Somebody else makes our status green.
    story.world.github().set_status("erin-gh", &story.head(pull), CONTEXT, "success", "let me in").await.unwrap();
    story.settle().await;
    assert_eq!(story.light(pull), red);
    story.discord("carol", "freeze lift", &[("freeze", "1")]).await;
    assert_eq!(story.light(pull), "success: no freeze is active");
    insta::assert_snapshot!(story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_not_write_statuses_is_told() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let pull = story.opens("dave-gh", "feature/x", "main").await;
    story.world.github().withhold("statuses", true);
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.telegram("carol", "/freeze status").await;
    story.pass(5).await;
    story.world.github().withhold("statuses", false);
    story.pass(5).await;
    assert!(story.light(pull).starts_with("failure: freeze #1"));
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(story.light(pull), "success: no freeze is active");
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bots_own_hotfix_passes_and_nobody_elses() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.discord("erin", "hotfix", &[("description", "Orders over 1000 are lost")]).await;
    let pulls = story.world.github().pull_requests();
    let own = pulls.iter().find(|pull| pull.head == "hotfix/v2.1.2").unwrap().number;
    let early = "failure: api v2.1.2: expedited review missing";
    assert_eq!(story.light(own), early, "it passes the freeze, and not its review");
    let posing = story.opens("dave-gh", "hotfix/v2.1.3", "main").await;
    assert!(story.light(posing).starts_with("failure: freeze #1 by carol"));
    story.push("dave-gh", "hotfix/v2.1.2", "src/orders.txt", "keep large\n", "fix: keep large orders").await;
    assert_eq!(story.light(own), early, "at its new head too");
    story.discord_press("erin", "Approve").await;
    assert_eq!(story.light(own), "success: passes the freeze");
    story.telegram("carol", "/freeze start api \"everything stops\" no-hotfixes").await;
    assert!(story.light(own).starts_with("failure: freeze #2 by carol"), "{}", story.light(own));
    story.telegram("carol", "/freeze lift #2").await;
    assert_eq!(story.light(own), "success: passes the freeze");
    story.end().await;
}
