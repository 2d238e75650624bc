//! Staging is accepted by tests, and not by people.

use sandbox::{github::Outcome, world::WorldSettings};

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn acceptance_tests_decide_on_staging() {
    let alter = |toml: &str| toml.replace("strategy = ", "acceptance = \"automatic\"\nstrategy = ");
    let story = Story::begin_in(WorldSettings::git_flow(), alter).await;
    let github = story.world.github();
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram("alice", "/why").await;
    github.check_ends("develop", "acceptance-tests", Outcome::Failure).await.unwrap();
    story.settle().await;
    // Somebody runs them again.
    github.check_ends("develop", "acceptance-tests", Outcome::Success).await.unwrap();
    story.pass(4).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
