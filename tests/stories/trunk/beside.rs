//! Production is fixed while the next version is on its way, and what goes back goes back to what ran well.

use sandbox::github::Outcome;

use super::{begin, on_dev};
use crate::story::Story;

/// Bob has looked at everything in QA.
async fn signs_off(story: &Story, version: &str) {
    story.telegram_gives("bob", &format!("gate=qa version={version}")).await;
}

/// v1.8.1 goes from what production runs to production; it takes 45 minutes.
async fn fix_production(story: &Story) {
    story.telegram("dave", "/hotfix severity=critical labels are empty").await;
    let branch = "hotfix/v1.8.1-labels-are-empty";
    story.push("dave-gh", branch, "src/label.txt", "never empty\n", "fix(label): fill it").await;
    story.pass(4).await;
    story.discord("erin", "approve", &[("gate", "review")]).await;
    story.pass(17).await;
    signs_off(story, "1.8.1").await;
    story.pass(9).await;
    story.discord("carol", "release promote", &[("version", "1.8.1")]).await;
    story.pass(9).await;
    story.telegram_gives("grace", "gate=verify version=1.8.1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_ships_while_the_next_version_is_in_qa_and_the_next_version_lacks_it() {
    let story = on_dev().await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    fix_production(&story).await;
    // The fix went through QA, which has the next version no more: it has to be there before anybody says that it works.
    story.telegram("bob", "/approve gate=qa version=1.9.0").await;
    story.telegram("alice", "/release retry version=1.9.0").await;
    story.pass(9).await;
    signs_off(&story, "1.9.0").await;
    story.pass(75).await;
    story.telegram("carol", "/release promote version=1.9.0").await;
    story.pass(1).await;
    story.telegram("alice", "/why version=1.9.0").await;
    insta::assert_snapshot!(story.in_short());
    let deployments = story.world.github().deployments();
    let shipped = deployments.iter().filter(|one| one["environment"] == "prod" && one["ref"] == "v1.9.0").count();
    assert_eq!(shipped, 0, "what lacks the fix does not go to production");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn production_goes_back_to_what_ran_well_and_not_to_what_never_came_there() {
    let story = on_dev().await;
    story.telegram("alice", "/release cancel the labels are not approved").await;
    story.pass(1).await;
    story.push("dave-gh", "main", "src/parcel.txt", "label thrice\n", "feat(parcel): print the label thrice").await;
    story.pass(4).await;
    story.telegram("alice", "/release prepare").await;
    story.pass(14).await;
    story.telegram("dave", "/release promote").await;
    story.pass(9).await;
    story.telegram_gives("bob", "qa").await;
    story.pass(69).await;
    for _ in 0..3 {
        story.world.github().next_deploy("prod", Outcome::Failure);
    }
    story.telegram("carol", "/release promote prod").await;
    story.pass(60).await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anything_is_known_of_production_its_deployments_say_what_runs() {
    let story = begin().await;
    story.world.github().move_tag("dave-gh", "v1.8.5", "main").await.unwrap();
    story.settle().await;
    story.telegram("dave", "/hotfix severity=critical dry-run labels are empty").await;
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}
