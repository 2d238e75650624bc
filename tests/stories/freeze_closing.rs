//! A freeze is ENFORCED when GitHub has taken a red status for every head, and not before.

use chrono::TimeDelta;
use sandbox::{
    github::{Limits, MergeMethod, Settings},
    wire::{Fault, Mishap, Service},
    world::WorldSettings,
};

use crate::story::{CONTEXT, FORGEABLE, Story};

/// How branches stand that are closed by a check which anybody may report.
fn closed(branches: &str) -> String {
    format!("{branches} {FORGEABLE}")
}

/// What `/freeze status` says of a branch by now.
async fn status_of(story: &Story, branch: &str) -> String {
    story.telegram("dave", "/freeze status").await;
    let shown = story.shown("Releases");
    let line = shown.lines().rev().find(|line| line.contains(&format!("• **{branch}** "))).unwrap();
    line.split_once("** ").unwrap().1.to_owned()
}

/// How many requests of a kind a chat has had.
fn asked(story: &Story, service: Service, method: &str, path: &str) -> usize {
    let sent = story.world.wire().recorded();
    let fits = |request: &&sandbox::wire::Recorded| {
        request.service == service && request.method == method && request.path.contains(path)
    };
    sent.iter().filter(fits).count()
}

async fn in_seconds(story: &Story, seconds: i64) {
    for _ in 0..seconds {
        story.world.clock().advance(TimeDelta::seconds(1));
        story.settle().await;
    }
}

const SLIPS: &str = "Until all are red, a merge can still slip through.";

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_closed_one_by_one_and_that_is_what_is_said() {
    let limits = Limits { statuses_are_content: true, contents_an_hour: 5000, ..Limits::default() };
    let github = Settings { limits, ..Settings::default() };
    let story = Story::begin_with(WorldSettings { github, ..WorldSettings::default() }).await;
    let pulls = story.world.github().have_open_pull_requests("dave-gh", "develop", 500).await.unwrap();
    story.requires_the_check(&["main", "develop"], vec![]).await;
    // 500 statuses an hour, of which some are kept for a freeze: 400, 100 more, and then the hour has to pass.
    story.pass(125).await;
    let last = *pulls.last().unwrap();
    assert_eq!(story.light(last), "success: no freeze is active", "it may be merged");

    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let said = format!("develop CLOSING 20 of 500; main {FORGEABLE}. {SLIPS}");
    for place in ["#releases", "Releases"] {
        assert_eq!(story.announced(place), said);
    }
    assert_eq!(
        status_of(&story, "develop").await,
        "CLOSING 20 of 500: until all are red, a merge can still slip through"
    );
    story.world.github().merge_pull_request("dave-gh", last, MergeMethod::Squash).await.unwrap();
    story.settle().await;

    let edits = || asked(&story, Service::Telegram, "POST", "EditMessageText");
    let before = edits();
    in_seconds(&story, 60).await;
    assert_eq!(edits() - before, 2, "the announcement is edited twice a minute, while one a second is written");
    assert_eq!(story.announced("Releases"), format!("develop CLOSING 80 of 499; main {FORGEABLE}. {SLIPS}"));
    for _ in 0..24 {
        story.world.clock().advance(TimeDelta::seconds(30));
        story.settle().await;
        let open = story.world.github().pull_requests().into_iter().filter(|pull| pull.open);
        let red = open.filter(|pull| story.light_on(&pull.head_sha).starts_with("failure")).count();
        let said = story.announced("#releases");
        assert_eq!(said.starts_with("develop and main ENFORCED"), red == 499, "{red}: {said}");
    }
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    assert_eq!(status_of(&story, "develop").await, FORGEABLE);
    assert_eq!(story.shown("Releases").matches("🧊 Frozen: api").count(), 1, "one announcement, edited in place");
    assert!(!story.told().contains("The freeze is"), "nothing else is told:\n{}", story.told());

    // One that is opened later is written at once, and nothing flaps.
    let before = edits();
    let late = story.opens("dave-gh", "feature/late", "develop").await;
    assert!(story.light(late).starts_with("failure"));
    story.pass(2).await;
    assert_eq!(edits(), before);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_minute_is_no_longer_enforced() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    story.opens("dave-gh", "feature/early", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    // GitHub is in trouble: it is asked after 5 seconds, 10, 20, 40 and 80.
    for _ in 0..5 {
        let (method, path, mishap) =
            ("POST".to_owned(), "/statuses/".to_owned(), Mishap::Answer(502, vec![], serde_json::Value::Null));
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    }
    story.opens("dave-gh", "feature/late", "develop").await;
    assert_eq!(story.announced("Releases"), closed("develop and main"), "not at once");
    in_seconds(&story, 61).await;
    assert_eq!(story.announced("Releases"), format!("develop CLOSING 1 of 2; main {FORGEABLE}. {SLIPS}"));
    story.pass(5).await;
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    assert!(!story.told().contains("not kept"), "it comes and goes by itself:\n{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_github_does_not_take_is_told_and_logged() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let full = story.opens("dave-gh", "feature/full", "develop").await;
    let fine = story.opens("dave-gh", "feature/fine", "develop").await;
    story.world.github().have_statuses(&story.head(full), CONTEXT, "success", 999);
    assert_eq!(story.light(full), "success: no freeze is active");
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    let why = format!(
        "FAILED (no red status on #{full}: GitHub refuses: Validation Failed: This SHA and context has reached the maximum \
         number of statuses.)"
    );
    assert_eq!(story.announced("Releases"), format!("develop {why}; main {FORGEABLE}"));
    assert_eq!(status_of(&story, "develop").await, why);
    assert!(story.light(fine).starts_with("failure"), "the others are closed");
    let log = story.bot.log();
    assert!(log.contains("a status is not taken") && log.contains("maximum number of statuses"), "{log}");
    story.pass(7).await;
    assert_eq!(status_of(&story, "develop").await, why, "it stays so");
    // A new commit takes statuses again.
    story.world.github().push_to_pull_request("dave-gh", full, "more.txt", "y", "more").await.unwrap();
    story.settle().await;
    story.pass(1).await;
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    assert!(story.told().contains("The freeze is kept: acme/api"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_cannot_be_made_green_again_is_not_forgotten() {
    let story = Story::begin().await;
    story.requires_the_check(&["develop"], vec![]).await;
    let full = story.opens("dave-gh", "feature/full", "develop").await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    story.world.github().have_statuses(&story.head(full), CONTEXT, "success", 998);
    story.telegram("carol", "/freeze lift").await;
    assert!(story.light(full).starts_with("failure: freeze #1"));
    assert!(story.bot.log().contains("a status is not taken"));
    story.pass(4).await;
    let tried = asked(&story, Service::GitHub, "POST", &story.head(full));
    assert!((4..=6).contains(&tried), "it is tried again with each look: {tried}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_repository_is_followed() {
    let story = Story::begin().await;
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let pull = story.opens("dave-gh", "feature/x", "develop").await;
    story.world.github().rename("web-api");
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert!(story.light(pull).starts_with("failure: freeze #1"), "{}", story.light(pull));
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    assert!(story.bot.log().contains("as for a repository that was renamed"), "{}", story.bot.log());
    story.telegram("carol", "/freeze lift").await;
    assert_eq!(story.light(pull), "success: no freeze is active");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_branch_is_closed_in_its_own_time() {
    let story = Story::begin().await;
    let github = story.world.github();
    github.have_open_pull_requests("dave-gh", "develop", 40).await.unwrap();
    story.requires_the_check(&["main", "develop"], vec![]).await;
    let [one, two] = [story.opens("dave-gh", "fix/one", "main").await, story.opens("dave-gh", "fix/two", "main").await];
    story.pass(3).await;
    story.telegram("carol", "/freeze start \"the audit\" branches=main,develop").await;
    assert_eq!(story.announced("Releases"), format!("develop CLOSING 20 of 40, main CLOSING 0 of 2. {SLIPS}"));
    in_seconds(&story, 22).await;
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    assert!([one, two].iter().all(|pull| story.light(*pull).starts_with("failure")));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_closing_leaves_one_announcement_that_is_true() {
    let mut story = Story::begin().await;
    story.world.github().have_open_pull_requests("dave-gh", "develop", 40).await.unwrap();
    story.requires_the_check(&["main", "develop"], vec![]).await;
    story.pass(3).await;
    story.telegram("carol", "/freeze start api \"the audit\"").await;
    assert_eq!(story.announced("Releases"), format!("develop CLOSING 20 of 40; main {FORGEABLE}. {SLIPS}"));
    story.bot.killer()();
    let late = story.opens("dave-gh", "feature/late", "develop").await;
    story.start_bot().await;
    // A new process writes 20 at once, too.
    assert_eq!(story.announced("Releases"), format!("develop CLOSING 20 of 40; main {FORGEABLE}. {SLIPS}"));
    assert_eq!(
        status_of(&story, "develop").await,
        "CLOSING 40 of 41: until all are red, a merge can still slip through"
    );
    in_seconds(&story, 2).await;
    assert_eq!(story.announced("Releases"), closed("develop and main"));
    assert!(story.light(late).starts_with("failure"));
    assert_eq!(story.shown("Releases").matches("🧊 Frozen: api").count(), 1, "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_freeze_of_a_release_is_not_enforced_before_it_is_either() {
    let story = Story::begin_with(WorldSettings::weekly_train()).await;
    story.requires_the_check(&["dev", "prod"], vec![]).await;
    story.world.github().have_open_pull_requests("frank-gh", "dev", 40).await.unwrap();
    story.until("2026-03-05 17:00").await;
    let said = story.announced("Releases");
    assert!(said.starts_with("dev CLOSING ") && said.contains(" of 40; prod ENFORCED"), "{said}\n{}", story.told());
    // Where the machine is busy, the last of them is written with the next look.
    for _ in 0..4 {
        in_seconds(&story, 30).await;
        if story.announced("Releases") == closed("dev and prod") {
            break;
        }
    }
    assert_eq!(story.announced("Releases"), closed("dev and prod"));
    story.end().await;
}
