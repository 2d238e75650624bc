//! A hundred stories at once: what comparing the choice with the branch costs.

use sandbox::{wire::Service, world::WorldSettings};

use super::picks;
use crate::story::Story;

const CHOSEN: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_stories_are_compared_with_few_requests() {
    let story = picks(WorldSettings::monthly(), "{branch}", &[], &[]).await;
    let github = story.world.github();
    github.lose_webhooks(true);
    let names: Vec<String> = (0..CHOSEN).map(|nth| format!("S-{}", 30_000 + nth)).collect();
    for name in &names {
        github.create_branch("dave-gh", name, "main").await.unwrap();
        github.push_commit("dave-gh", name, &format!("src/{name}.txt"), "x\n", &format!("feat: {name}")).await.unwrap();
    }
    github.lose_webhooks(false);
    for some in names.chunks(20) {
        story.telegram("carol", &format!("/release add {}", some.join(" "))).await;
    }
    assert!(!story.told().contains("is left out: it conflicts"), "{}", story.told());
    let asked = |story: &Story| {
        let recorded = story.world.wire().recorded();
        let compares = |path: &str| path.contains("/compare/") || path.contains("/matching-refs/");
        recorded.iter().filter(|one| one.service == Service::GitHub && compares(&one.path)).count()
    };
    // GitHub tells of each of the merges, and each time the bot looks.
    story.pass(5).await;
    // Nothing moves: ten looks cost a list of branches each, and no comparison.
    let before = asked(&story);
    story.pass(10).await;
    let resting = asked(&story) - before;
    // One is pushed to: the list, two pages of commits, how that branch relates, and the four branches that nobody chose.
    let before = asked(&story);
    story.push("dave-gh", "S-30007", "src/more.txt", "y\n", "feat: S-30007 more").await;
    let moved = asked(&story) - before;
    println!("{CHOSEN} stories: {resting} requests for ten looks at rest, {moved} once one was pushed to");
    assert!(resting <= 12 && moved <= 12, "{resting} at rest, {moved} once one was pushed to");
    assert!(story.told().contains("S-30007 was pushed to after it came in"), "{}", story.told());
    story.end().await;
}
