//! Production is fixed while a release is in the middle of something, with every playbook: where there is nothing here, the
//! story is beside the playbook's own (`lost`, `train/saturday`, `monthly/late_fix`, `git_flow/canary`, `trunk/beside`).

use sandbox::world::WorldSettings;

use super::{git_flow, module, release::deploys};
use crate::story::Story;

const WINDOW: &str = "[[windows]]\nname = \"deploy hours\"\ndays = \"Mon-Thu\"\nhours = \"05:00-16:00\"\n\
                      zone = \"America/Toronto\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_comes_while_a_release_waits_for_its_window() {
    let story = Story::begin_in(WorldSettings::default(), |toml| format!("{toml}{WINDOW}")).await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    // It is 09:15 UTC, and the window opens at ten: the release is merged and waits.
    story.discord("erin", "hotfix", &[("description", "Nobody can pay")]).await;
    story.telegram("alice", "/why version=2.2.0").await;
    assert!(story.told().contains("goes to production first"), "{}", story.told());
    story.pass(60).await;
    assert_eq!(deploys(&story, "production.yml"), 0, "the release lets the fix go first: {}", story.told());
    story.telegram("alice", "/release cancel version=2.2.1 reason=\"it was the bank\"").await;
    story.pass(15).await;
    assert!(story.told().contains("v2.2.0 is live"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_comes_while_qa_tests_the_project_branch() {
    let story = module::picked().await;
    story.telegram("dave", "/hotfix the invoice is empty").await;
    let branches = story.world.github().branches();
    let branch = branches.iter().find(|branch| branch.name.starts_with("hotfix_")).unwrap().name.clone();
    story.push("dave-gh", &branch, "src/invoice.txt", "not empty\n", "fix(invoice): fill it").await;
    story.pass(1).await;
    // QA goes on with what it has.
    story.telegram("bob", "/approve gate=qa version=26.03.01").await;
    story.telegram_press("bob", "Yes, approve").await;
    story.pass(9).await;
    let told = story.told();
    assert!(told.contains("✓ QA sign-off: bob") && told.contains("26.03.02"), "{told}");
    assert!(!told.contains("Stopped"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_comes_while_the_new_side_soaks() {
    let story = git_flow::merged("blue-green").await;
    story.pass(9).await;
    story.telegram_gives("grace", "beside").await;
    story.pass(12).await;
    story.telegram("dave", "/hotfix orders are lost").await;
    story.push("dave-gh", "hotfix/v2.2.1", "src/basket.txt", "full\n", "fix(basket): fill it").await;
    story.pass(13).await;
    story.telegram_gives("bob", "gate=regression version=2.2.1").await;
    story.pass(4).await;
    story.discord("alice", "release merge", &[("version", "2.2.1")]).await;
    story.pass(60).await;
    story.telegram("alice", "/why version=2.2.0").await;
    let told = story.told();
    assert!(told.contains("2.2.1"), "{told}");
    insta::assert_snapshot!(story.shown("Releases").split("orders are lost").last().unwrap());
    story.end().await;
}
