//! A failed deploy is tried again as often as the playbook says, whatever was pushed before.

use sandbox::github::Outcome;

use super::begin;

#[tokio::test(flavor = "multi_thread")]
async fn staging_is_tried_three_times_although_people_pushed_meanwhile() {
    let story = begin("canary").await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    for (path, subject) in [("src/one.txt", "fix: one more"), ("src/two.txt", "fix: and another")] {
        story.push("dave-gh", "develop", path, "mended\n", subject).await;
        story.pass(13).await;
    }
    for _ in 0..3 {
        story.world.github().next_deploy("staging", Outcome::Failure);
    }
    story.push("dave-gh", "develop", "src/three.txt", "mended\n", "fix: the last one").await;
    story.pass(60).await;
    story.telegram("dave", "/why").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}
