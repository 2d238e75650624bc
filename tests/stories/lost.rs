//! Nothing gets lost: lines that merge or conflict, and fixes that go to every line.

use std::path::Path;

use reqwest::Method;
use sandbox::github::Permission;
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::story::Story;

/// A world in which lines merge into one another; the folder holds the playbook.
async fn lines() -> (Story, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lines.toml"), include_str!("playbooks/lines.toml")).unwrap();
    let place = format!("playbooks = {:?}\n", folder.path());
    let story = Story::begin_configured(|text| format!("{place}{text}")).await;
    (story, folder)
}

/// Somebody does what the bot's newest message with commands says, with git itself; each stop is resolved by writing
/// `text` into `path`.
async fn does_as_told(story: &Story, path: &str, text: &str) {
    let told = story.shown("#releases");
    let start = told.rfind("git fetch").expect("no commands were told");
    let commands = told[start..].lines().map(|line| line.trim_start_matches(['\u{2502}', ' ', '>', '`']).trim_end());
    let commands: Vec<&str> = commands.take_while(|line| line.starts_with("git ") || line.starts_with('#')).collect();
    let folder = tempfile::tempdir().unwrap();
    let (token, url) = (&story.world.github().settings().token, story.world.github().clone_url());
    let url = url.replace("http://", &format!("http://lin:{token}@"));
    run(folder.path(), &format!("git clone -q {url} work")).await.unwrap();
    let work = folder.path().join("work");
    for command in commands.iter().filter(|command| !command.starts_with('#')) {
        let ended = run(&work, command).await;
        if ended.is_err() && (command.contains("merge") || command.contains("cherry-pick")) {
            std::fs::write(work.join(path), text).unwrap();
        } else {
            ended.unwrap_or_else(|problem| panic!("{command}: {problem}\n{commands:#?}"));
        }
    }
    story.settle().await;
}

async fn run(folder: &Path, command: &str) -> Result<(), String> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_EDITOR", "true");
    for who in ["AUTHOR", "COMMITTER"] {
        shell.env(format!("GIT_{who}_NAME"), "Lin Wei").env(format!("GIT_{who}_EMAIL"), "lin@acme.test");
    }
    let output = shell.output().await.unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_merge_and_what_is_there_is_said() {
    let (story, _folder) = lines().await;
    story.discord("alice", "release prepare", &[]).await;
    insta::assert_snapshot!(story.in_short());
    insta::assert_snapshot!("the_repository_after_lines_merged", story.repository().await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_merged_by_hand_and_the_release_goes_on() {
    let (story, _folder) = lines().await;
    story.push("dave-gh", "main", "src/orders.txt", "take one\nrefuse empty\n", "fix(orders): take one").await;
    story.discord("alice", "release prepare", &[]).await;
    insta::assert_snapshot!(story.in_short());
    does_as_told(&story, "src/orders.txt", "take all, one by one\nrefuse empty\n").await;
    assert!(story.told().contains("develop has arrived on release/v2.2.0"), "{}", story.told());
    assert!(story.told().contains("api v2.2.0 · released"), "{}", story.told());
    let orders = story.world.github().file("main", "src/orders.txt").await.unwrap();
    assert_eq!(orders.as_deref(), Some("take all, one by one\nrefuse empty\n"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_branch_gets_a_pull_request() {
    let (story, _folder) = lines().await;
    protect(&story, "main").await;
    story.discord("alice", "release prepare", &[]).await;
    insta::assert_snapshot!(story.in_short());
    merge_newest(&story).await;
    assert!(story.told().contains("v2.2.0 has arrived on main"), "{}", story.told());
    insta::assert_snapshot!("the_repository_after_a_rule", story.repository().await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pick_that_conflicts_gets_a_draft() {
    let (story, _folder) = lines().await;
    // Whom the repository does not know, nobody can assign.
    story.world.github().set_permission("erin-gh", Permission::Write);
    story.discord("erin", "hotfix", &[("description", "Orders over 1000 are lost")]).await;
    story
        .push("dave-gh", "hotfix/v2.1.2", "src/orders.txt", "take large\nrefuse empty\n", "fix(orders): take large")
        .await;
    story.push("lin", "main", "src/orders.txt", "take small\nrefuse empty\n", "fix(orders): take small").await;
    story.telegram_press("dave", "Approve").await;
    story.discord_press("erin", "Approve").await;
    insta::assert_snapshot!(story.in_short());
    does_as_told(&story, "src/orders.txt", "take all, large too\nrefuse empty\n").await;
    let pulls = story.world.github().pull_requests();
    let pull = pulls.last().unwrap();
    let path = format!("/pulls/{}", pull.number);
    let seen = story.world.github().ask_as("alice-gh", Method::GET, &path, json!(null)).await.unwrap();
    assert_eq!((&seen["draft"], &seen["assignees"][0]["login"]), (&json!(true), &json!("erin-gh")));
    insta::assert_snapshot!("the_draft_of_a_cherry_pick", pull.body.clone().unwrap_or_default());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_conflicts_gets_a_draft() {
    let (story, _folder) = lines().await;
    story.discord("erin", "hotfix", &[("description", "Guests cannot order")]).await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/guests.txt", "welcome\n", "fix(guests): let them order").await;
    story.push("lin", "main", "src/guests.txt", "come in\n", "feat(guests): greet them").await;
    story.discord_press("erin", "Approve").await;
    story.pass(4).await;
    insta::assert_snapshot!(story.short("#releases"));
    does_as_told(&story, "src/guests.txt", "welcome, come in\n").await;
    // Whoever may push to main can also bring it there without the pull request.
    let branch = "merge/v2.1.2-into-main";
    let resolved = story.world.github().branches().into_iter().find(|found| found.name == branch).unwrap().commit;
    story.world.github().reset_branch("lin", "main", &resolved).await.unwrap();
    story.pass(1).await;
    assert!(story.told().contains("v2.1.2 has arrived on main"), "{}", story.told());
    assert!(
        story.world.github().branches().iter().all(|found| found.name != branch),
        "its branch is not needed any more"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_is_picked_for_another_line() {
    let (story, _folder) = lines().await;
    story.discord("erin", "hotfix", &[("description", "Invoices are lost")]).await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/invoices.txt", "keep\n", "fix(invoices): keep them").await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/refunds.txt", "pay\n", "fix(refunds): pay them").await;
    // The second one is on develop already, under another name.
    story.push("lin", "develop", "src/refunds.txt", "pay\n", "fix: refunds again").await;
    story.discord_press("erin", "Approve").await;
    story.pass(10).await;
    insta::assert_snapshot!(story.in_short());
    let log = story.world.github().file("develop", "src/invoices.txt").await.unwrap();
    assert_eq!(log.as_deref(), Some("keep\n"));
    let path = "/commits?sha=develop&path=src/invoices.txt";
    let picked = story.world.github().ask_as("alice-gh", Method::GET, path, json!(null)).await.unwrap();
    let (author, message) = (&picked[0]["commit"]["author"]["name"], picked[0]["commit"]["message"].as_str().unwrap());
    assert_eq!((author, message.contains("(cherry picked from commit ")), (&json!("dave-gh"), true), "{message}");
    insta::assert_snapshot!("the_repository_after_a_pick", story.repository().await);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_exists_only_in_a_merge_is_named_and_brought_by_hand() {
    // What somebody added in a merge, how somebody resolved a conflict, and a merge that holds nothing of its own.
    for (name, added, resolved) in [("added", "src/limits.txt", false), ("resolved", "src/orders.txt", true)] {
        let (story, _folder) = lines().await;
        let github = story.world.github();
        story.discord("erin", "hotfix", &[("description", "Invoices are lost")]).await;
        let hotfix = "hotfix/v2.1.2";
        github.create_branch("lin", "work", hotfix).await.unwrap();
        github.create_branch("lin", "clean", hotfix).await.unwrap();
        story.push("lin", "work", "src/invoices.txt", "keep\n", "fix(invoices): keep them").await;
        story.push("lin", "clean", "src/refunds.txt", "pay\n", "fix(refunds): pay them").await;
        if resolved {
            story.push("lin", "work", "src/orders.txt", "take large\nrefuse empty\n", "fix(orders): take large").await;
            story.push("lin", hotfix, "src/orders.txt", "take small\nrefuse empty\n", "fix(orders): take small").await;
        }
        let merge = github.push_merge("dave-gh", hotfix, "work", &[(added, "only here\n")]).await.unwrap();
        github.push_merge("dave-gh", hotfix, "clean", &[]).await.unwrap();
        story.settle().await;
        story.discord_press("erin", "Approve").await;
        story.pass(4).await;
        let told = story.shown("#releases");
        let pulls = github.pull_requests();
        let body = pulls.iter().filter_map(|pull| pull.body.clone()).find(|body| body.contains("--remerge-diff"));
        if resolved {
            // The two commits conflict with each other on any line: that is a draft already.
            assert!(told.contains("src/orders.txt") && told.contains("conflict"), "{name}: {told}");
        } else {
            let body = body.unwrap_or_else(|| panic!("{name}: {told}"));
            assert!(body.contains(&format!("git show --remerge-diff {merge}  # {added}")), "{body}");
            assert_eq!(body.matches("--remerge-diff").count(), 1, "{body}");
            assert!(told.contains("These merges hold more, which is in no commit"), "{told}");
            let pull = pulls.iter().find(|pull| pull.body.as_deref() == Some(&body)).unwrap();
            assert!(pull.open, "it is not merged without what is missing");
            story.push("lin", &pull.head, added, "only here\n", "fix: bring the limits").await;
            github.ready_for_review("lin", pull.number).await.unwrap();
            story.pass(10).await;
            assert_eq!(github.file("develop", added).await.unwrap().as_deref(), Some("only here\n"));
        }
        story.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_that_is_there_already_needs_no_pull_request() {
    let (story, _folder) = lines().await;
    story.discord("erin", "hotfix", &[("description", "Refunds are lost")]).await;
    story.push("dave-gh", "hotfix/v2.1.2", "src/refunds.txt", "pay\n", "fix(refunds): pay them").await;
    story.push("lin", "develop", "src/refunds.txt", "pay\n", "fix: refunds").await;
    story.discord_press("erin", "Approve").await;
    insta::assert_snapshot!(story.in_short());
    assert!(story.world.github().pull_requests().iter().all(|pull| pull.number <= 12));
    story.end().await;
}

/// A hotfix that is in production, and whose back-merge conflicts with develop.
async fn ship_a_hotfix(story: &Story) {
    story.discord("erin", "hotfix", &[("description", "Orders over 1000 are lost")]).await;
    let orders = "take\nrefuse empty\nkeep large\n";
    story.push("dave-gh", "hotfix/v2.1.2", "src/orders.txt", orders, "fix(orders): keep large orders").await;
    let other = "take all\nrefuse nothing\n";
    story.push("lin", "develop", "src/orders.txt", other, "feat(orders): refuse nothing").await;
    story.telegram_press("dave", "Approve").await;
    story.discord_press("erin", "Approve").await;
    story.pass(4).await;
    story.telegram_press("alice", "Merge").await;
    story.pass(8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_is_owed_until_it_is_on_every_line() {
    let story = Story::begin().await;
    ship_a_hotfix(&story).await;
    story.until("2026-03-03 08:59").await;
    story.until("2026-03-03 09:01").await;
    story.discord("alice", "release prepare", &[("dry-run", "true")]).await;
    story.telegram("alice", "/release prepare").await;
    insta::assert_snapshot!(story.in_short());
    // Somebody brings it to develop in another way.
    let (develop, text) = ("develop", "take all\nrefuse nothing\nkeep large\n");
    let commit = story.world.github().branches().into_iter().find(|branch| branch.name == "main").unwrap().commit;
    let message =
        format!("fix: keep large orders here too\n\n(cherry picked from commit {})", fix_of(&story, &commit).await);
    story.push("lin", develop, "src/orders.txt", text, &message).await;
    story.telegram("alice", "/release prepare").await;
    insta::assert_snapshot!("a_fix_has_arrived_and_the_next_release_begins", story.short("#releases"));
    story.end().await;
}

/// The newest commit on a line that is dave's.
async fn fix_of(story: &Story, line: &str) -> String {
    let path = format!("/commits?sha={line}&path=src/orders.txt");
    let found = story.world.github().ask_as("alice-gh", Method::GET, &path, json!(null)).await.unwrap();
    found[0]["sha"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_without_a_fix_needs_a_reason() {
    let story = Story::begin().await;
    ship_a_hotfix(&story).await;
    story.telegram("bob", "/release prepare waive=\"it is urgent\"").await;
    story.telegram("alice", "/release prepare waive=\"the fix is not needed with the new orders\"").await;
    story.discord_approves("erin").await;
    story.pass(9).await;
    story.discord_approves("bob").await;
    insta::assert_snapshot!(story.short("#releases"));
    // It comes as far as its merge: what was waived is not asked for again.
    let told = story.told();
    assert!(
        told.contains("api v2.2.0 · conflicts with main") && told.contains("In src/orders.txt, version.txt."),
        "{told}"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hotfix_ships_before_a_release_that_lacks_it() {
    let story = Story::begin().await;
    story.discord("alice", "release prepare", &[]).await;
    story.pass(9).await;
    story.telegram_approves("bob").await;
    ship_a_hotfix(&story).await;
    insta::assert_snapshot!(story.short("#releases"));
    // The fix comes to the release branch: everything that rests on the commit begins again, and the check is through.
    let orders = "take all\nrefuse empty\nkeep large\n";
    let fix = story.world.github().branches().into_iter().find(|branch| branch.name == "main").unwrap().commit;
    let message = format!("fix: keep large orders\n\n(cherry picked from commit {})", fix_of(&story, &fix).await);
    story.push("dave-gh", "release/v2.2.0", "src/orders.txt", orders, &message).await;
    assert!(!story.shown("#releases").contains("**Stopped**"), "{}", story.told());
    story.end().await;
}

/// Changes to a branch only by pull request.
async fn protect(story: &Story, branch: &str) {
    let rule = json!({"type": "pull_request", "parameters": {
        "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
        "required_approving_review_count": 0, "required_review_thread_resolution": false,
    }});
    let ruleset = json!({
        "name": "by pull request", "target": "branch", "enforcement": "active", "bypass_actors": [], "rules": [rule],
        "conditions": {"ref_name": {"include": [format!("refs/heads/{branch}")], "exclude": []}},
    });
    story.world.github().set_permission("alice-gh", Permission::Admin);
    story.world.github().add_ruleset("alice-gh", ruleset).await.unwrap();
}

async fn merge_newest(story: &Story) {
    let number = story.world.github().pull_requests().last().unwrap().number;
    story.world.github().merge_pull_request("alice-gh", number, sandbox::github::MergeMethod::Merge).await.unwrap();
    story.settle().await;
}
