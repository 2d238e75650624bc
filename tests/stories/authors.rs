//! Nobody approves their own work: whoever wrote what is decided on, before the snapshot too, alone or with others.

use sandbox::world::WorldSettings;

use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_with_somebody_else_does_not_approve_and_nobody_knows_whom_asks_for_a_second() {
    let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
    let with = "feat: gift cards\n\nCo-authored-by: Bob <77+bob-gh@users.noreply.github.com>\n\
                Co-authored-by: Max <max@home.example>";
    story.push("lin", "develop", "src/gifts.txt", "cards\n", with).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    story.telegram("bob", "/approve acceptance").await;
    let told = story.shown("Releases");
    assert!(told.contains("Who wrote it is not known, so two people decide") && told.contains("by Max"), "{told}");
    assert!(told.contains("is not for somebody whose commit is decided on. Ask carol or grace."), "{told}");
    story.telegram_gives("carol", "acceptance").await;
    assert!(story.shown("Releases").contains("(1 of 2)"), "{}", story.told());
    story.discord("grace", "approve", &[("gate", "acceptance")]).await;
    story.pass(4).await;
    assert!(story.told().contains("is ready: a person merges it"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_release_before_is_gone_two_people_decide() {
    let story = Story::begin_in(WorldSettings::git_flow(), str::to_owned).await;
    story.discord("alice", "release prepare", &[]).await;
    story.world.github().delete_tag("dave-gh", "v2.1.1").await.unwrap();
    story.pass(13).await;
    story.telegram_gives("carol", "acceptance").await;
    let told = story.shown("Releases");
    assert!(told.contains("Who wrote it is not known, so two people decide: all of it"), "{told}");
    assert!(told.contains("(1 of 2)"), "{told}");
    story.discord("grace", "approve", &[("gate", "acceptance")]).await;
    story.pass(4).await;
    assert!(story.told().contains("is ready: a person merges it"), "{}", story.told());
    story.end().await;
}
