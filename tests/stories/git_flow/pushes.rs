//! What is pushed to develop comes to staging once.

use super::begin;
use crate::story::Story;

/// How often staging was asked for since the story began.
fn staged(story: &Story) -> usize {
    let on_staging = |name: &str| name.contains("staging");
    story
        .world
        .github()
        .runs()
        .iter()
        .filter(|run| run.event == "workflow_dispatch" && on_staging(&run.workflow))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_push_is_deployed_to_staging_once() {
    let story = begin("canary").await;
    let before = staged(&story);
    let came = |story: &Story| staged(story) - before;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(13).await;
    assert_eq!(came(&story), 1, "what it began with");
    story.push("dave-gh", "develop", "src/one.txt", "one\n", "fix: one").await;
    story.pass(13).await;
    assert_eq!(came(&story), 2, "one push");
    story
        .bot_misses(async |github| {
            for name in ["two", "three"] {
                let path = format!("src/{name}.txt");
                github.push_commit("dave-gh", "develop", &path, "x\n", &format!("fix: {name}")).await.unwrap();
            }
        })
        .await;
    story.pass(13).await;
    assert_eq!(came(&story), 3, "two pushes that came at once");
    story.push("dave-gh", "develop", "src/four.txt", "four\n", "fix: four").await;
    story.pass(4).await;
    story.push("dave-gh", "develop", "src/five.txt", "five\n", "fix: five").await;
    story.pass(25).await;
    assert_eq!(came(&story), 5, "one that came while the one before was on its way");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_is_tested_on_staging_and_stakeholders_hear_of_it() {
    let alter = |toml: &str| {
        let place = toml.split("incidents = [").nth(1).unwrap().split(']').next().unwrap().rsplit(' ').next().unwrap();
        toml.replace("incidents = [", &format!("stakeholders = [{place}]\nincidents = ["))
    };
    let story = Story::begin_in(sandbox::world::WorldSettings::git_flow(), alter).await;
    let before = staged(&story);
    story.telegram("dave", "/hotfix orders are lost").await;
    let heard = story.shown("Incidents");
    assert!(heard.contains("A fix is under way: api v2.1.2") && heard.contains("orders are lost"), "{heard}");
    story.push("dave-gh", "hotfix/v2.1.2", "src/fix.txt", "fix\n", "fix(orders): lose none").await;
    story.pass(4).await;
    assert_eq!(staged(&story) - before, 1, "{}", story.told());
    story.pass(9).await;
    story.telegram_gives("bob", "regression").await;
    story.pass(1).await;
    story.discord_press("alice", "Merge").await;
    story.pass(14).await;
    let heard = story.shown("Incidents");
    assert!(heard.contains("The fix is live: api v2.1.2"), "{heard}");
    story.end().await;
}
