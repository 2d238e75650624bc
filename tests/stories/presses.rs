//! Two people, one button.

use super::release::deploys;
use crate::story::Story;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_press_the_same_button() {
    let story = Story::begin_configured(|bot_toml| {
        bot_toml.replace(r#"roles = ["qa"]"#, r#"roles = ["qa", "release-manager"]"#)
    })
    .await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.pass(1).await;
    story.world.discord().press("alice", "releases", "Merge…").unwrap();
    story.world.telegram().press("bob", "Releases", "Merge…").unwrap();
    story.settle().await;
    story.world.discord().press("alice", "releases", "Merge and deploy").unwrap();
    story.world.telegram().press("bob", "Releases", "Merge and deploy").unwrap();
    story.world.discord().press("alice", "releases", "Merge and deploy").unwrap();
    story.settle().await;
    let merged = story.world.github().objects_made();
    assert_eq!(story.world.github().pull_requests().iter().filter(|pull| pull.merged).count(), 1, "{merged:?}");
    assert_eq!(deploys(&story, "production.yml"), 1);
    let answers: Vec<String> =
        story.world.discord().interactions().iter().rev().take(2).filter_map(|press| press.shows.clone()).collect();
    assert!(answers.iter().any(|answer| answer.contains("first") || answer.contains("merged")), "{answers:?}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_ticked_twice_stays_ticked() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.world.telegram().press("bob", "Releases", "Security").unwrap();
    story.world.telegram().press("bob", "Releases", "Security").unwrap();
    story.settle().await;
    story.telegram_press("dave", "Performance").await;
    story.telegram_press("bob", "Untick…").await;
    story.telegram_press("bob", "☑ Security").await;
    story.telegram_press("bob", "UI").await;
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_an_older_card_is_answered_with_what_came_since() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    let telegram = story.world.telegram();
    // The card as an answer has no buttons any more once something happened; some telephone still shows them.
    story.telegram("alice", "/release status").await;
    let mut cards = telegram.messages("Releases").into_iter().filter(|one| one.text.contains("\u{a0}of\u{a0}7"));
    let older: i64 = cards.next_back().unwrap().id.parse().unwrap();
    let before = short_head(&story).await;
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: round the totals").await;
    story.pass(9).await;
    let press = async |what: &str| {
        let what = what.replace("{}", &before);
        telegram.press_outdated("bob", "Releases", older, &what).unwrap();
        story.settle().await;
    };
    press("tick|version=#1|gate=qa/{}|item=1").await;
    press("approve|version=#1|gate=qa/{}").await;
    let told = story.shown("Releases");
    assert!(!told.contains("QA sign-off: bob") && !told.contains("Ticked"), "{told}");
    assert!(told.contains(&before) && told.contains(&short_head(&story).await), "{told}");
    // What is pressed on the card as it stands now counts.
    story.discord_approves("bob").await;
    assert!(story.shown("Releases").contains("✓ QA sign-off: bob"), "{}", story.told());
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_rejection_does_not_take_a_later_approval_back() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram("bob", "/reject qa \"the totals are wrong\"").await;
    let telegram = story.world.telegram();
    story.telegram("alice", "/release status").await;
    let mut cards = telegram.messages("Releases").into_iter().filter(|one| one.text.contains("\u{a0}of\u{a0}7"));
    let older: i64 = cards.next_back().unwrap().id.parse().unwrap();
    let before = short_head(&story).await;
    story.push("lin", "release/v2.2.0", "src/fix.rs", "fix", "fix: round the totals").await;
    story.pass(9).await;
    story.discord_approves("bob").await;
    let withdraw = format!("withdraw|version=#1|gate=qa/{before}");
    telegram.press_outdated("bob", "Releases", older, &withdraw).unwrap();
    story.settle().await;
    let told = story.shown("Releases");
    assert!(!told.contains("Withdrawn") && told.contains("The card you looked at is older"), "{told}");
    story.discord_press("alice", "Merge").await;
    assert!(story.told().contains("Merging #"), "{}", story.told());
    story.end().await;
}

/// The first letters of the commit at the end of the release branch.
async fn short_head(story: &Story) -> String {
    story.world.github().commit("release/v2.2.0").await.unwrap().unwrap().sha[..7].to_owned()
}
