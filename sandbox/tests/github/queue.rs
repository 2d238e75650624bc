//! The merge queue: groups are built, checked, merged, and sent away when something is red.

use sandbox::github::{Outcome, PullView, Settings};
use serde_json::{Value, json};

use crate::house::{Heard, House, names};

/// A queue on dev, and two pull requests to it whose `ci` is green.
async fn with_queue(checks: &[&str]) -> (House, [u64; 2]) {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    github.require_queue("alice-gh", "dev", checks).await.unwrap();
    let one = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    let two = github.open_pull_request("erin-gh", "feature/retries", "dev", "fix: retries").await.unwrap();
    house.pass(3).await;
    (house, [one, two])
}

fn pull(house: &House, number: u64) -> PullView {
    house.github.pull_requests().into_iter().find(|pull| pull.number == number).unwrap()
}

/// The `merge_group` events and the reasons of `dequeued`, in order.
fn groups(heard: &Heard) -> Vec<String> {
    let line = |(event, (_, body)): (String, &(axum::http::HeaderMap, axum::body::Bytes))| {
        let body: Value = serde_json::from_slice(body).unwrap();
        let reason = body["reason"].as_str().unwrap_or_default();
        let told = event.starts_with("merge_group") || event.ends_with("queued");
        told.then(|| format!("{event} {reason}").trim().to_owned())
    };
    let names = names(heard);
    names.into_iter().zip(heard.lock().unwrap().iter()).filter_map(line).collect()
}

#[tokio::test]
async fn what_is_green_is_merged_in_line() {
    let (house, [one, two]) = with_queue(&["ci"]).await;
    let github = &house.github;
    let (status, body) = house.put(&format!("/pulls/{one}/merge"), json!({})).await;
    let said = "Repository rule violations found\n\nChanges must be made through the merge queue\n\n";
    assert_eq!((status, body["message"].as_str()), (405, Some(said)));
    let base = house.tip("dev").await;
    let heard = house.listen().await;
    github.enqueue("dave-gh", one).await.unwrap();
    github.enqueue("erin-gh", two).await.unwrap();
    assert!(github.enqueue("erin-gh", two).await.is_err(), "it waits already");
    let waiting = github.merge_queue();
    assert_eq!(waiting[0].branch, Some(format!("gh-readonly-queue/dev/pr-{one}-{base}")));
    assert_eq!(waiting[0].checks, [("ci".to_owned(), "pending")]);
    let second = waiting[1].branch.clone().unwrap();
    assert!(second.ends_with(waiting[0].sha.as_deref().unwrap()), "{second} is built on the first");
    house.pass(3).await;
    assert_eq!(house.tip("dev").await, waiting[1].sha.clone().unwrap());
    let merged = pull(&house, one);
    assert_eq!((merged.merged, merged.merged_by.as_deref()), (true, Some("github-merge-queue[bot]")));
    assert_eq!(merged.merge_commit, waiting[0].sha);
    assert!(pull(&house, two).merged && github.merge_queue().is_empty());
    assert!(!github.branches().iter().any(|branch| branch.name.starts_with("gh-readonly-queue")));
    assert_eq!(
        groups(&heard),
        [
            "pull_request enqueued",
            "merge_group checks_requested",
            "pull_request enqueued",
            "merge_group checks_requested",
            "pull_request dequeued MERGE",
            "merge_group destroyed merged",
            "pull_request dequeued MERGE",
            "merge_group destroyed merged",
        ]
    );
    house.pass(8).await;
    assert_eq!(github.runs().len(), 2, "both merges deploy dev");
    house.done().await;
}

#[tokio::test]
async fn what_is_red_leaves_and_the_rest_is_built_anew() {
    let (house, [one, two]) = with_queue(&["ci"]).await;
    let github = &house.github;
    let heard = house.listen().await;
    github.enqueue("dave-gh", one).await.unwrap();
    house.pass(1).await;
    github.enqueue("erin-gh", two).await.unwrap();
    github.next_outcome("ci.yml", Outcome::Failure);
    house.pass(2).await;
    assert!(pull(&house, one).open);
    house.pass(3).await;
    assert!(pull(&house, two).merged);
    assert_eq!(
        groups(&heard)[4..],
        [
            "pull_request dequeued CI_FAILURE",
            "merge_group destroyed dequeued",
            "merge_group destroyed invalidated",
            "merge_group checks_requested",
            "pull_request dequeued MERGE",
            "merge_group destroyed merged",
        ]
    );
    house.pass(8).await;
    house.done().await;
}

#[tokio::test]
async fn a_status_that_is_required_holds_the_group_and_people_take_it_out() {
    let (house, [one, two]) = with_queue(&["ci", "shipmate/freeze"]).await;
    let github = &house.github;
    let refused = github.enqueue("dave-gh", one).await.unwrap_err().to_string();
    assert!(refused.contains("Required status check \"shipmate/freeze\" is expected."), "{refused}");
    for number in [one, two] {
        let sha = pull(&house, number).head_sha;
        github.set_status("alice-gh", &sha, "shipmate/freeze", "success", "open").await.unwrap();
        github.enqueue("dave-gh", number).await.unwrap();
    }
    house.pass(3).await;
    assert_eq!(github.merge_queue()[0].checks[1], ("shipmate/freeze".to_owned(), "expected"));
    let group = github.merge_queue()[0].sha.clone().unwrap();
    github.set_status("alice-gh", &group, "shipmate/freeze", "failure", "frozen").await.unwrap();
    github.settled().await;
    assert!(pull(&house, one).open);
    assert_eq!(github.merge_queue().len(), 1);
    github.dequeue("erin-gh", two).await.unwrap();
    assert!(github.merge_queue().is_empty() && github.dequeue("erin-gh", two).await.is_err());

    let heard = house.listen().await;
    github.enqueue("dave-gh", two).await.unwrap();
    house.pass(60).await;
    assert_eq!(groups(&heard).last().unwrap(), "merge_group destroyed dequeued");
    assert_eq!(groups(&heard)[2], "pull_request dequeued CI_TIMEOUT");
    github.enqueue("dave-gh", two).await.unwrap();
    github.push_to_pull_request("erin-gh", two, "src/retries.txt", "four\n", "fix: four").await.unwrap();
    github.settled().await;
    assert!(github.merge_queue().is_empty(), "a new commit takes it out");
    house.pass(3).await;
    house.done().await;
}
