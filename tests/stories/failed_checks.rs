//! Checks that fail on a release's pull requests are told to those who can mend them, once, with their logs.

use sandbox::github::Outcome;

use crate::story::Story;

fn count(told: &str, words: &str) -> usize {
    told.matches(words).count()
}

/// Whose telephones buzzed, in either chat.
fn pinged(story: &Story) -> Vec<String> {
    let (discord, telegram) = (story.world.discord().pings(), story.world.telegram().pings());
    discord.into_iter().chain(telegram).map(|ping| ping.person).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_check_of_the_release_is_told_once() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.world.github().check_ends("release/v2.2.0", "e2e", Outcome::Failure).await.unwrap();
    story.pass(5).await;
    for place in ["Releases", "#releases"] {
        let told = story.shown(place);
        assert_eq!(count(&told, "a check failed on the pull request of the release"), 1, "{place}: {told}");
        assert!(told.contains("e2e (http") || told.contains("[e2e](http"), "{told}");
    }
    assert!(pinged(&story).contains(&"dave".to_owned()), "the developers: {:?}", pinged(&story));
    // Another one is news; the first is not told a second time.
    story.world.github().check_ends("release/v2.2.0", "lint", Outcome::Failure).await.unwrap();
    story.pass(5).await;
    let told = story.shown("Releases");
    assert_eq!(count(&told, "failed on the pull request of the release"), 2, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_check_of_the_back_merge_is_told_once() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.push("lin", "develop", "src/new.rs", "new", "feat: something new").await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    story.discord_press("alice", "Merge").await;
    let back = || story.world.github().pull_requests().into_iter().find(|pull| pull.open);
    for _ in 0..20 {
        if back().is_some() {
            break;
        }
        story.pass(1).await;
    }
    let open = back();
    let branch = open.map(|pull| pull.head).unwrap_or_else(|| panic!("there is no back-merge: {}", story.told()));
    story.world.github().check_ends(&branch, "e2e", Outcome::Failure).await.unwrap();
    story.pass(5).await;
    let told = story.shown("Releases");
    assert_eq!(count(&told, "a check failed on the pull request of the back-merge"), 1, "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_asks_those_who_can_mend_it() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    assert!(!pinged(&story).contains(&"dave".to_owned()));
    story.telegram("bob", "/reject qa the totals are wrong").await;
    assert!(pinged(&story).contains(&"dave".to_owned()), "{:?}", pinged(&story));
    assert!(pinged(&story).contains(&"erin".to_owned()), "{:?}", pinged(&story));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_critical_hotfix_takes_its_alarm_back() {
    let story = Story::begin().await;
    story.discord("alice", "hotfix", &[("description", "payments are down"), ("severity", "critical")]).await;
    story.pass(3).await;
    assert!(story.shown("Incidents").contains("CRITICAL"), "{}", story.shown("Incidents"));
    story.telegram("alice", "/release cancel \"it was the network\"").await;
    story.pass(1).await;
    for place in ["Incidents", "#incidents"] {
        let told = story.shown(place);
        assert_eq!(count(&told, "– api v2.1.2: Not needed any more: cancelled"), 1, "{place}: {told}");
    }
    story.end().await;
}
