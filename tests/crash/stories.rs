//! The two stories, as goals: who wants what, and how one sees that it has happened.

use sandbox::{github::Permission, world::World};

use super::survivor::Survivor;

/// A release from its first command to its last announcement.
pub(super) async fn release(tale: &mut Survivor) {
    prepare(tale).await;
    approve_and_close(tale).await;
}

/// A release whose back-merge conflicts in what the bot writes.
pub(super) async fn release_settled(tale: &mut Survivor) {
    prepare(tale).await;
    tale.once(async |world| {
        let github = world.github();
        let begun = "# Changelog\n\n## Unreleased\n\n- next\n\n## 2.1.1 - 2026-03-05\n\n### Fixed\n\n- orders: refuse an empty basket\n";
        github.push_commit("lin", "develop", "version.txt", "2.3.0\n", "chore: begin v2.3.0").await.unwrap();
        github.push_commit("lin", "develop", "CHANGELOG.md", begun, "docs: say what comes next").await.unwrap();
    })
    .await;
    approve_and_close(tale).await;
    assert!(on_discord(&tale.world, "put that together by rule"), "it went another way");
}

async fn prepare(tale: &mut Survivor) {
    let prepare = |world: &World| {
        world.discord().command("alice", "releases", "release prepare", &[]).unwrap();
    };
    tale.do_until(prepare, |world| on_discord(world, "api v2.2.0")).await;
    tale.wait_until("QA is asked", |world| on_discord(world, "✋ QA sign-off of api")).await;
}

async fn approve_and_close(tale: &mut Survivor) {
    tale.do_until(|world| press_on_telegram(world, "bob", "Approve"), |world| on_telegram(world, "and Security too?"))
        .await;
    tale.do_until(
        |world| press_on_telegram(world, "bob", "Yes, approve"),
        |world| on_discord(world, "bob approved: QA sign-off"),
    )
    .await;
    merge_and_close(tale).await;
}

/// A release whose back-merge goes through a merge queue.
pub(super) async fn release_by_queue(tale: &mut Survivor) {
    tale.once(async |world| {
        world.github().set_permission("alice-gh", Permission::Admin);
        world.github().require_queue("alice-gh", "develop", &["ci"]).await.unwrap();
    })
    .await;
    release(tale).await;
    assert!(on_discord(&tale.world, "back in "), "it went another way");
}

/// A hotfix from its alarm to its last announcement.
pub(super) async fn hotfix(tale: &mut Survivor) {
    let alarm = |world: &World| {
        let options = [("description", "Checkout fails for guests")];
        world.discord().command("alice", "releases", "hotfix", &options).unwrap();
    };
    tale.do_until(alarm, |world| on_discord(world, "api v2.1.2")).await;
    tale.wait_until("the fix is asked for", |world| on_discord(world, "push the fix to")).await;
    let message = "fix: let guests check out";
    tale.once(async |world| {
        let (branch, path) = ("hotfix/v2.1.2", "src/guests.txt");
        world.github().push_commit("dave-gh", branch, path, "welcome\n", message).await.unwrap();
    })
    .await;
    tale.wait_until("review is asked for", |world| on_discord(world, "✋ Expedited review of api")).await;
    tale.do_until(
        |world| press_on_discord(world, "erin", "Approve"),
        |world| on_discord(world, "erin approved: expedited review"),
    )
    .await;
    merge_and_close(tale).await;
}

async fn merge_and_close(tale: &mut Survivor) {
    merge(tale).await;
    tale.wait_until("it is live", |world| on_discord(world, "is live")).await;
    tale.wait_until("the back-merge", |world| on_discord(world, "back in ")).await;
    tale.wait_until("checks are asked for", |world| on_discord(world, "✋ Post-deploy checks of api")).await;
    tale.do_until(
        |world| press_on_discord(world, "erin", "Approve"),
        |world| on_discord(world, "and Smoke tests too?"),
    )
    .await;
    tale.do_until(
        |world| press_on_discord(world, "erin", "Yes, approve"),
        |world| on_discord(world, "erin approved: post-deploy checks"),
    )
    .await;
    tale.wait_until("it is done", |world| on_discord(world, "It took")).await;
}

/// Waits until a person may merge the release, and merges it into main.
pub(super) async fn merge(tale: &mut Survivor) {
    tale.wait_until("it can be merged", |world| on_discord(world, "✋ Merge of api")).await;
    // The checks on the pull request take three minutes.
    tale.wait_until("the checks are green", |world| on_discord(world, "a person merges it")).await;
    tale.do_until(|world| press_on_discord(world, "alice", "Merge…"), |world| on_discord(world, "into main?")).await;
    tale.do_until(
        |world| press_on_discord(world, "alice", "Merge and deploy"),
        |world| on_discord(world, "✓ Merged: "),
    )
    .await;
}

pub(super) fn press_on_discord(world: &World, person: &str, label: &str) {
    world.discord().press(person, "releases", label).unwrap();
}

fn press_on_telegram(world: &World, person: &str, label: &str) {
    world.telegram().press(person, "Releases", label).unwrap();
}

/// Whether these words stand there; `bob approved: QA sign-off` is read off the line as which a post ends.
pub(super) fn on_discord(world: &World, words: &str) -> bool {
    let told = world.discord().visible("releases");
    let Some((who, what)) = words.split_once(" approved: ") else { return told.contains(words) };
    let what = what.to_lowercase();
    let ended = |line: &str| line.contains('\u{2713}') && line.to_lowercase().contains(&what);
    told.lines().any(|line| ended(line) && line.contains(&format!(": {who},")))
}

fn on_telegram(world: &World, words: &str) -> bool {
    world.telegram().visible("Releases").contains(words)
}
