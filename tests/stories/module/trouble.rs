//! What CD does not do at once: a deploy to STG fails and passes, the drill fails, and PROD goes back.

use sandbox::github::Outcome;

use super::{tagged, tested};

#[tokio::test(flavor = "multi_thread")]
async fn stg_fails_and_is_tried_again_and_the_drill_fails_until_somebody_retries_it() {
    let story = tested().await;
    let github = story.world.github();
    github.next_outcome("deploy-stg.yml", Outcome::Failure);
    story.pass(19).await;
    github.next_outcome("deploy-stg.yml", Outcome::Failure);
    story.discord_gives("bob", "first-pass").await;
    story.pass(9).await;
    story.telegram("grace", "/why").await;
    story.discord_press("alice", "Retry").await;
    story.pass(9).await;
    github.next_outcome("deploy-stg.yml", Outcome::Failure);
    story.telegram_gives("grace", "drill").await;
    story.pass(9).await;
    story.telegram_press("alice", "Retry").await;
    story.pass(9).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prod_fails_three_times_goes_back_and_takes_it_once_the_cause_is_gone() {
    let story = tagged().await;
    story.pass(9).await;

    // A push after the tag is not in the release, and must not be lost with its branch.
    let docs = ("phase1-release", "docs/search.txt", "typos are forgiven\n", "docs: typos are forgiven");
    story.push("frank-gh", docs.0, docs.1, docs.2, docs.3).await;
    for _ in 0..3 {
        story.world.github().next_outcome("deploy-prod.yml", Outcome::Failure);
    }
    story.telegram_gives("bob", "certification").await;
    story.pass(45).await;
    story.telegram("carol", "/why").await;
    let resume = [("environment", "prod"), ("reason", "the disk was full")];
    story.discord("alice", "release resume", &resume).await;
    story.discord("alice", "release retry", &[]).await;
    story.pass(9).await;
    story.discord_gives("grace", "verify").await;
    story.pass(4).await;
    story.telegram("alice", "/why").await;
    let main = story.world.github().file("main", "docs/search.txt").await.unwrap();
    assert_eq!(main, None, "what nobody has tested is not on main");
    let skip = [("reason", "frank takes it into phase 2"), ("version", "26.03.01")];
    story.discord("alice", "release skip", &skip).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
