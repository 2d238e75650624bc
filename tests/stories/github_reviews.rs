//! A review on GitHub is a yes at a gate that says so, as long as it stands.

use sandbox::{
    github::{Permission, User, Verdict},
    world::WorldSettings,
};
use tempfile::TempDir;

use crate::story::Story;

/// The playbook of a quick release whose QA decides by reviews too, with more of the gate's own words; the folder holds it.
async fn reviewed(gate: &str, checklist: bool) -> (Story, TempDir) {
    let (story, folder) = prepared(gate, checklist).await;
    story.pass(9).await;
    (story, folder)
}

/// The same before its QA is asked.
async fn prepared(gate: &str, checklist: bool) -> (Story, TempDir) {
    let shipped = include_str!("../../playbooks/quick-release.toml");
    let (before, rest) = shipped.split_once(r#"name = "qa", title = "QA sign-off", roles = ["qa"],"#).unwrap();
    let (list, after) = rest.split_once("]\n\n[[release.stage]]").unwrap();
    let list = if checklist { list } else { " },\n" };
    let gate = format!(r#"name = "qa", title = "QA sign-off", roles = ["qa"], github-review = true,{gate}"#);
    let playbook =
        format!("{before}{gate}{list}]\n\n[[release.stage]]{after}").replace("\"quick-release\"", "\"reviewed\"");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("reviewed.toml"), playbook.replace(", },", " },")).unwrap();
    let place = format!("playbooks = {:?}\n", folder.path());
    let alter = |text: &str| format!("{place}{}", text.replace("\"quick-release\"", "\"reviewed\""));
    let story = Story::begin_in(WorldSettings::default(), alter).await;
    story.discord("alice", "release prepare", &[]).await;
    (story, folder)
}

impl Story {
    async fn reviews(&self, login: &str, verdict: Verdict) {
        self.world.github().review(login, 13, verdict, "I looked.").await.unwrap();
        self.settle().await;
    }

    /// What is told in short, with reviews named alike.
    fn in_review(&self) -> String {
        let told = self.short("Releases");
        let mut parts = told.split("#pullrequestreview-");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |told, part| {
            format!("{told}#review{}", part.trim_start_matches(|id: char| id.is_ascii_digit()))
        })
    }

    fn may_be_merged(&self) -> bool {
        self.shown("Releases").contains("✋ Merge of api")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_the_yes_of_whoever_gave_it_once_everything_is_ticked() {
    let (story, _folder) = reviewed("", true).await;
    story.reviews("bob-gh", Verdict::Approve).await;
    story.pass(2).await;
    assert!(!story.may_be_merged());
    story.telegram("bob", "/approve qa").await;
    story.telegram_press("bob", "Not yet").await;
    story.telegram_press("bob", "All of them").await;
    insta::assert_snapshot!(story.in_review());
    assert!(story.may_be_merged() && story.shown("Releases").contains("by a review on GitHub"));
    // It is the yes of one person, who is not asked a second time.
    story.telegram("bob", "/approve qa").await;
    assert!(story.shown("Releases").contains("QA sign-off has been given already, by bob"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_linked_to_nobody_or_may_not_decide_is_told_of_once_and_the_way_out() {
    let (story, _folder) = reviewed("", false).await;
    story.world.github().add_user(User::new("guest", "Gus Guest").with(Permission::Read));
    for login in ["guest", "lin", "carol-gh"] {
        story.reviews(login, Verdict::Approve).await;
        story.reviews(login, Verdict::Comment).await;
        story.reviews(login, Verdict::Approve).await;
    }
    story.pass(3).await;
    let told = story.shown("Releases");
    assert_eq!(told.matches("approved on GitHub").count(), 2, "{told}");
    assert!(!told.contains("guest"), "{told}");
    assert!(told.contains("does not count: nobody in bot.toml has `lin` as `github`"), "{told}");
    assert!(
        told.contains("does not count: QA sign-off needs the role qa, which carol does not hold. Ask bob."),
        "{told}"
    );
    assert!(!story.may_be_merged());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dismissed_asked_to_be_changed_or_of_an_older_commit_is_no_yes_any_more() {
    let (story, _folder) = reviewed("", false).await;
    let asked = |story: &Story| story.shown("Releases").matches("QA sign-off of api").count();
    story.reviews("bob-gh", Verdict::Approve).await;
    assert!(story.may_be_merged());
    story.world.github().dismiss_review("dave-gh", 13, "bob-gh").await.unwrap();
    story.settle().await;
    assert!(story.shown("Releases").contains("bob's review was dismissed: QA sign-off"), "{}", story.told());
    story.reviews("bob-gh", Verdict::Approve).await;
    story.reviews("bob-gh", Verdict::RequestChanges).await;
    assert!(story.shown("Releases").contains("bob asks for changes now: QA sign-off"), "{}", story.told());
    story.telegram("alice", "/release merge").await;
    assert!(
        story.world.github().pull_requests().iter().any(|pull| pull.number == 13 && !pull.merged),
        "{}",
        story.told()
    );
    story.reviews("bob-gh", Verdict::Approve).await;
    // A push: what was approved is not what would be released.
    let before = asked(&story);
    story.push("dave-gh", "release/v2.2.0", "src/billing.txt", "card\nright\n", "fix(billing): right total").await;
    story.pass(9).await;
    assert_eq!(asked(&story), before + 1, "{}", story.told());
    story.reviews("bob-gh", Verdict::Approve).await;
    insta::assert_snapshot!(story.in_review());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_are_found_without_a_webhook_and_what_is_withdrawn_in_a_chat_stays_so() {
    let (story, _folder) = reviewed(" quorum = 1,", false).await;
    let github = story.world.github();
    github.lose_webhooks(true);
    story.reviews("bob-gh", Verdict::Approve).await;
    assert!(!story.may_be_merged());
    story.pass(1).await;
    assert!(story.may_be_merged(), "{}", story.told());
    story.telegram("bob", "/withdraw qa").await;
    story.pass(2).await;
    assert_eq!(story.shown("Releases").matches("✓ QA sign-off: bob").count(), 1, "{}", story.told());
    story.reviews("bob-gh", Verdict::Approve).await;
    story.pass(1).await;
    assert_eq!(story.shown("Releases").matches("✓ QA sign-off: bob").count(), 2, "{}", story.told());
    github.dismiss_review("dave-gh", 13, "bob-gh").await.unwrap();
    story.pass(1).await;
    assert!(story.shown("Releases").contains("bob's review was dismissed"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_given_before_the_gates_turn_is_told_of_once_and_is_no_yes() {
    let (story, _folder) = prepared(" quorum = 1,", false).await;
    // The pull request is there, and staging is not ready yet.
    let is_there = story.world.github().pull_requests().iter().any(|pull| pull.number == 13);
    assert!(is_there && !story.shown("Releases").contains("QA sign-off of api"), "{}", story.told());
    story.telegram("bob", "/approve qa").await;
    assert!(story.shown("Releases").contains("is not asked for yet"), "{}", story.told());
    story.reviews("bob-gh", Verdict::Approve).await;
    story.pass(12).await;
    let told = story.shown("Releases");
    assert!(told.contains("QA sign-off of api") && !story.may_be_merged(), "{told}");
    assert_eq!(told.matches("was given before QA sign-off was asked for").count(), 1, "{told}");
    story.reviews("bob-gh", Verdict::Approve).await;
    assert!(story.may_be_merged(), "{}", story.told());
    story.end().await;
}
