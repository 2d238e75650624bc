//! A cancelled release takes along what only it made, and nothing else.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use sandbox::{
    github::GitHub,
    wire::{Fault, Mishap, Moment, Service, Verdict},
};
use serde_json::json;

use crate::story::Story;

const BRANCH: &str = "release/v2.2.0";

/// A release that waits for QA, with staging deployed.
async fn at_qa() -> Story {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story
}

/// Whether the branch, the tag and the open pull request are there.
fn there(github: &GitHub, branch: &str, tag: &str) -> (bool, bool, bool) {
    let branches = github.branches().iter().any(|found| found.name == branch);
    let tags = github.tags().iter().any(|found| found.name == tag);
    (branches, tags, github.pull_requests().iter().any(|pull| pull.head == branch && pull.open))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_release_is_removed_and_prepared_again() {
    let story = at_qa().await;
    story.discord_press("alice", "More…").await;
    story.discord_press("alice", "Cancel…").await;
    story.discord_form("alice", "Cancel it…", "the total is wrong").await;
    assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (false, false, false), "{}", story.told());
    let card = story.shown("#releases");
    assert!(card.contains("Removed: branch release/v2.2.0, tag v2.2.0, #13 closed."), "{card}");
    assert!(card.contains("Kept: staging still runs 2.2.0-rc."), "{card}");
    story.telegram("alice", "/release prepare").await;
    story.pass(9).await;
    assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (true, true, true), "{}", story.told());
    insta::assert_snapshot!(story.in_short());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_to_stay_stays() {
    let story = at_qa().await;
    story.telegram("alice", "/release cancel").await;
    story.telegram("alice", "/release cancel keep=yes reason=\"it is tried once more\"").await;
    assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (true, true, true));
    let changed = story.world.wire().recorded();
    assert!(!changed.iter().any(|sent| sent.service == Service::GitHub && sent.method == "DELETE"));
    insta::assert_snapshot!(story.short("Releases"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_with_what_somebody_pushed_stays_and_so_does_one_that_others_need() {
    let story = at_qa().await;
    let fix = ("src/total.txt", "right", "fix: add up");
    story.push("dave-gh", BRANCH, fix.0, fix.1, fix.2).await;
    story.telegram("alice", "/release cancel the total is wrong").await;
    let card = story.shown("Releases");
    assert!(card.contains("Kept: branch release/v2.2.0 (1 commit by dave is nowhere else)"), "{card}");
    assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (true, false, false));
    story.end().await;

    // The same commit is on develop as well, and then somebody's own pull request goes into the branch.
    for needed in [false, true] {
        let story = at_qa().await;
        let github = story.world.github();
        story.push("dave-gh", BRANCH, fix.0, fix.1, fix.2).await;
        let pull = github.open_pull_request("dave-gh", BRANCH, "develop", "The fix").await.unwrap();
        github.merge_pull_request("dave-gh", pull, sandbox::github::MergeMethod::Merge).await.unwrap();
        if needed {
            github.create_branch("dave-gh", "more", BRANCH).await.unwrap();
            github.push_commit("dave-gh", "more", "src/more.txt", "more", "fix: more").await.unwrap();
            github.open_pull_request("dave-gh", "more", BRANCH, "More").await.unwrap();
        }
        story.settle().await;
        story.telegram("alice", "/release cancel the total is wrong").await;
        let card = story.shown("Releases");
        assert_eq!(card.contains("Kept: branch release/v2.2.0 (#15 needs it)"), needed, "{card}");
        assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (needed, false, false), "{card}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_was_moved_has_a_page_or_was_deployed_stays() {
    for (case, why) in
        [("moved", "it was moved to"), ("page", "it has a release page"), ("report", "production got it")]
    {
        let story = at_qa().await;
        let github = story.world.github();
        match case {
            "moved" => github.move_tag("dave-gh", "v2.2.0", "develop").await.unwrap(),
            "page" => github.add_release_page("v2.2.0", &[]),
            _ => {
                let inputs = [("version", "2.2.0"), ("tag", "v2.2.0")].map(|(name, what)| (name.into(), what.into()));
                github.dispatch("dave-gh", "production.yml", "v2.2.0", inputs.into()).await.unwrap();
            }
        }
        story.pass(9).await;
        story.telegram("alice", "/release cancel the total is wrong").await;
        let card = story.shown("Releases");
        assert!(card.contains(&format!("Kept: tag v2.2.0 ({why}")), "{case}: {card}");
        assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (false, true, false), "{case}");
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_point_goes_on_and_does_nothing_twice() {
    for (nth, (method, path)) in
        [("PATCH", "/pulls/13"), ("DELETE", "/refs/tags/v2.2.0"), ("DELETE", "/refs/heads/release")]
            .into_iter()
            .enumerate()
    {
        for moment in [Moment::Before, Moment::After] {
            let mut story = at_qa().await;
            let (kill, alive) = (story.bot.killer(), AtomicBool::new(true));
            story.world.wire().set_trap(move |_, request, at| {
                let here = request.method == method && request.path.contains(path) && at == moment;
                if !here || !alive.swap(false, Ordering::Relaxed) {
                    return Verdict::Pass;
                }
                kill();
                Verdict::Cut
            });
            story.world.telegram().say("alice", "Releases", Some("Releases"), "/release cancel enough").unwrap();
            let dies = async {
                while story.bot.is_running() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), dies).await.unwrap();
            story.start_bot().await;
            story.pass(1).await;
            let card = story.shown("Releases");
            assert!(
                card.contains("Removed: branch release/v2.2.0, tag v2.2.0, #13 closed."),
                "{nth} {moment:?}: {card}"
            );
            assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (false, false, false));
            let changes = story.world.wire().recorded();
            let changes = changes.iter().filter(|sent| sent.service == Service::GitHub && sent.method == "DELETE");
            assert!(changes.filter(|sent| sent.status == 204).count() <= 2, "nothing is removed twice");
            story.telegram("alice", "/release prepare").await;
            assert!(there(story.world.github(), BRANCH, "v2.2.0").0, "{}", story.shown("Releases"));
            story.end().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_github_refuses_is_said_and_the_rest_is_done() {
    let story = at_qa().await;
    let mishap = Mishap::Answer(422, vec![], json!({ "message": "Cannot delete this tag" }));
    let (method, path) = ("DELETE".to_owned(), "/refs/tags/v2.2.0".to_owned());
    story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap });
    // Another one is out of reach for some time: that is tried again.
    for _ in 0..30 {
        let (method, path) = ("DELETE".to_owned(), "/refs/heads/release".to_owned());
        story.world.wire().fail_next(Fault { service: Service::GitHub, method, path, mishap: Mishap::Page(502) });
    }
    story.telegram("alice", "/release cancel the total is wrong").await;
    let card = story.shown("Releases");
    assert!(card.contains("Removing: branch release/v2.2.0."), "{card}");
    story.telegram("alice", "/release prepare").await;
    assert!(
        story.shown("Releases").contains("I am still removing what api v2.2.0 left"),
        "{}",
        story.shown("Releases")
    );
    story.world.wire().forget_faults();
    story.pass(5).await;
    let card = story.shown("Releases");
    assert!(card.contains("Kept: tag v2.2.0 (GitHub refuses: Cannot delete this tag; remove it there)"), "{card}");
    assert_eq!(there(story.world.github(), BRANCH, "v2.2.0"), (false, true, false));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_hotfix_goes_with_its_branch_until_the_fix_is_on_it() {
    for fixed in [false, true] {
        let story = Story::begin().await;
        story.discord("alice", "hotfix", &[("description", "payments are down")]).await;
        story.pass(2).await;
        if fixed {
            story.push("dave-gh", "hotfix/v2.1.2", "src/pay.txt", "paid", "fix: pay").await;
        }
        story.telegram("alice", "/release cancel it was the bank").await;
        let told = story.shown("Releases");
        assert_eq!(there(story.world.github(), "hotfix/v2.1.2", "v2.1.2"), (fixed, false, false), "{told}");
        assert_eq!(told.contains("branch hotfix/v2.1.2 (1 commit by dave is nowhere else)"), fixed, "{told}");
        story.discord("alice", "hotfix", &[("description", "payments are down again")]).await;
        assert_eq!(story.shown("#releases").contains("“payments are down again”"), !fixed, "{}", story.told());
        story.end().await;
    }
}
