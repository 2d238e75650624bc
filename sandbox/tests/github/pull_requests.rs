//! Pull requests: opened, checked, reviewed, merged by REST, by a person and by a push.

use sandbox::github::{MergeMethod, Outcome, Verdict};
use serde_json::json;

use crate::house::{House, names};

#[tokio::test]
async fn a_pull_request_is_checked_and_merged() {
    let house = House::new().await;
    let heard = house.listen().await;
    let wish = json!({"title": "🚀 Release v2.2.0", "head": "develop", "base": "main", "body": "Soon."});
    let (status, pull) = house.post("/pulls", wish.clone()).await;
    assert_eq!((status, pull["number"].as_u64()), (201, Some(13)), "{pull}");
    let (status, again) = house.post("/pulls", wish).await;
    assert_eq!(status, 422);
    assert_eq!(again["errors"][0]["message"], "A pull request already exists for acme:develop.");
    let none = json!({"title": "nothing", "head": "main", "base": "develop"});
    assert_eq!(house.post("/pulls", none).await.1["errors"][0]["message"], "No commits between develop and main");

    house.github.compute_mergeable_slowly(true);
    assert_eq!(house.get("/pulls/13").await.1["mergeable"], json!(null));
    let (_, read) = house.get("/pulls/13").await;
    assert_eq!((read["mergeable"].as_bool(), read["mergeable_state"].as_str()), (Some(true), Some("unstable")));
    house.pass(3).await;
    let (_, checks) = house.get("/commits/develop/check-runs").await;
    assert_eq!(checks["check_runs"][0]["conclusion"], "success");
    assert_eq!(house.get("/pulls/13").await.1["mergeable_state"], "clean");
    assert_eq!(house.post("/issues/13/labels", json!({"labels": ["release"]})).await.1[0]["name"], "release");
    house.github.review("tomas", 13, Verdict::Approve, "Ship it.").await.unwrap();

    let (status, body) = house.put("/pulls/13/merge", json!({"sha": "1".repeat(40)})).await;
    assert_eq!(
        (status, body["message"].as_str()),
        (409, Some("Head branch was modified. Review and try the merge again."))
    );
    let (status, body) = house.put("/pulls/13/merge", json!({})).await;
    assert_eq!((status, body["merged"].as_bool()), (200, Some(true)));
    assert_eq!(house.put("/pulls/13/merge", json!({})).await.0, 405);
    let (_, read) = house.get("/pulls/13").await;
    assert_eq!((read["merged"].as_bool(), read["merged_by"]["login"].as_str()), (Some(true), Some("shipmate-bot")));
    assert_eq!(read["merge_commit_sha"], house.tip("main").await);
    let (_, of) = house.get(&format!("/commits/{}/pulls", house.tip("develop").await)).await;
    assert_eq!(of[0]["number"], 13);
    house.github.settled().await;
    let expected = [
        "ping -",
        "pull_request opened",
        "check_suite requested",
        "check_run created",
        "check_run completed",
        "check_suite completed",
        "pull_request labeled",
        "pull_request_review submitted",
        "push refs/heads/main",
        "pull_request closed",
    ];
    assert_eq!(names(&heard), expected);
    house.done().await;
}

#[tokio::test]
async fn a_conflict_blocks_and_a_push_merges() {
    let house = House::new().await;
    let github = &house.github;
    github.create_branch("lin", "fix", "main").await.unwrap();
    github.push_commit("lin", "fix", "src/orders.txt", "take nothing\n", "fix: take nothing").await.unwrap();
    let number = github.open_pull_request("lin", "fix", "develop", "fix: take nothing").await.unwrap();
    let (_, read) = house.get(&format!("/pulls/{number}")).await;
    assert_eq!((read["mergeable"].as_bool(), read["mergeable_state"].as_str()), (Some(false), Some("dirty")));
    let (status, body) = house.put(&format!("/pulls/{number}/merge"), json!({})).await;
    assert_eq!((status, body["message"].as_str()), (405, Some("Pull Request is not mergeable")));
    assert!(github.merge_pull_request("maya", number, MergeMethod::Merge).await.is_err());

    github.reset_branch("lin", "fix", "develop").await.unwrap();
    let pull = github.pull_requests().pop().unwrap();
    assert!(!pull.open && !pull.merged, "a head without news closes its pull request");
    house.pass(3).await;

    github.push_commit("lin", "fix", "src/more.txt", "more\n", "feat: more").await.unwrap();
    let number = github.open_pull_request("lin", "fix", "develop", "feat: more").await.unwrap();
    github.next_outcome("ci.yml", Outcome::Failure);
    house.pass(3).await;
    assert_eq!(github.pull_requests().pop().unwrap().ci, Some("failure"));
    github.push_commit("lin", "fix", "src/more.txt", "even more\n", "fix: even more").await.unwrap();
    assert_eq!(github.pull_requests().pop().unwrap().ci, Some("pending"));
    let head = house.tip("fix").await;
    assert_eq!(house.patch("/git/refs/heads/develop", json!({"sha": head})).await.0, 200);
    let (_, read) = house.get(&format!("/pulls/{number}")).await;
    assert_eq!((read["merged"].as_bool(), &read["merge_commit_sha"]), (Some(true), &json!(head)));
    house.done().await;
}

#[tokio::test]
async fn a_review_is_of_a_commit_and_says_nothing_once_it_is_dismissed() {
    let house = House::new().await;
    let github = &house.github;
    let heard = house.listen().await;
    let number = github.open_pull_request("lin", "develop", "main", "Release").await.unwrap();
    let reviews = format!("/pulls/{number}/reviews");
    let older = house.get("/commits/develop").await.1["parents"][0]["sha"].clone();
    let (status, of_older) = house.post(&reviews, json!({"event": "APPROVE", "commit_id": older})).await;
    assert_eq!((status, &of_older["commit_id"], &of_older["state"]), (200, &older, &json!("APPROVED")));
    let (_, given) = house.post(&reviews, json!({"event": "APPROVE"})).await;
    assert_eq!(given["commit_id"], house.tip("develop").await);
    assert_eq!(house.post(&reviews, json!({"event": "APPROVE", "commit_id": "1".repeat(40)})).await.0, 422);
    let dismissals = format!("{reviews}/{}/dismissals", given["id"]);
    let (status, dismissed) = house.put(&dismissals, json!({"message": "too early", "event": "DISMISS"})).await;
    assert_eq!((status, &dismissed["state"], &dismissed["id"]), (200, &json!("DISMISSED"), &given["id"]));
    assert_eq!(house.put(&dismissals, json!({"message": "again"})).await.0, 422);
    assert_eq!(house.get(&reviews).await.1[1]["state"], "DISMISSED");
    assert_eq!(house.get(&format!("{reviews}/{}", given["id"])).await.1["state"], "DISMISSED");
    github.settled().await;
    let told = names(&heard);
    assert!(told.ends_with(&["pull_request_review dismissed".into()]), "{told:?}");
    house.done().await;
}

#[tokio::test]
async fn squash_rebase_and_deleted_heads() {
    let house = House::new().await;
    let github = &house.github;
    for branch in ["one", "two", "three"] {
        github.create_branch("sara", branch, "main").await.unwrap();
        github.push_commit("sara", branch, branch, branch, &format!("feat: {branch}")).await.unwrap();
        github.open_pull_request("sara", branch, "main", &format!("feat: {branch}")).await.unwrap();
    }
    github.merge_pull_request("maya", 13, MergeMethod::Squash).await.unwrap();
    github.merge_pull_request("maya", 14, MergeMethod::Rebase).await.unwrap();
    github.delete_branch("sara", "three").await.unwrap();
    let world = github.world().await.unwrap();
    assert_eq!(world["branches"]["main"]["subjects"][0], "feat: two");
    assert_eq!(world["branches"]["main"]["subjects"][1], "feat: one (#13)");
    let open: Vec<bool> = github.pull_requests().iter().map(|pull| pull.open).collect();
    assert_eq!(open, [false, false, false]);
    house.done().await;
}
