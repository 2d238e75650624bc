//! What people do with git and checks, and the cherry-pick that a client makes over REST.

use sandbox::github::{MergeMethod, Outcome, Settings};
use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn people_resolve_revert_and_pick() {
    let house = House::with(Settings::module()).await;
    let github = &house.github;
    github.push_merge("alice-gh", "phase1-proj", "S-10001", &[]).await.unwrap();
    assert_eq!(github.conflicts("phase1-proj", "S-10003").await.unwrap(), ["src/search.txt"]);
    let refused = github.push_merge("alice-gh", "phase1-proj", "S-10003", &[]).await.unwrap_err().to_string();
    assert!(refused.contains("conflicts are left in src/search.txt"), "{refused}");
    let both = "read the question\nmatch synonyms, one typo\n";
    let merge = github.push_merge("frank-gh", "S-10003", "phase1-proj", &[("src/search.txt", both)]).await.unwrap();
    assert!(github.conflicts("phase1-proj", "S-10003").await.unwrap().is_empty());
    assert_eq!(github.file("S-10003", "src/search.txt").await.unwrap().as_deref(), Some(both));
    assert_eq!(house.get(&format!("/git/commits/{merge}")).await.1["parents"].as_array().unwrap().len(), 2);

    let files = [("src/new.txt", Some("new\n")), ("src/basket.txt", None)];
    let sha = github.push_files("dave-gh", "S-10002", &files, "refactor: S-10002 move").await.unwrap();
    assert_eq!(github.file("S-10002", "src/basket.txt").await.unwrap(), None);
    let reverted = github.revert("dave-gh", "S-10002", &sha).await.unwrap();
    let message = house.get(&format!("/git/commits/{reverted}")).await.1["message"].as_str().unwrap().to_owned();
    assert_eq!(message, format!("Revert \"refactor: S-10002 move\"\n\nThis reverts commit {sha}."));
    let picked = github.cherry_pick("erin-gh", "main", &house.tip("S-10002").await).await;
    assert!(picked.is_ok(), "{picked:?}");

    let number = github.open_pull_request("erin-gh", "S-10002", "phase1-proj", "S-10002").await.unwrap();
    let merged = github.merge_pull_request("alice-gh", number, MergeMethod::Merge).await.unwrap();
    assert_eq!((github.pull_request_of(&merged), github.pull_request_of(&sha)), (Some(number), Some(number)));
    assert_eq!(github.pull_request_of(&picked.unwrap()), None);
    house.pass(3).await;
    house.done().await;
}

#[tokio::test]
async fn checks_end_as_people_say_and_so_do_deploys() {
    let house = House::with(Settings::git_flow()).await;
    let github = &house.github;
    let sha = github.push_commit("dave-gh", "develop", "src/a.txt", "a\n", "feat: a").await.unwrap();
    github.check_ends("develop", "ci", Outcome::Failure).await.unwrap();
    github.check_ends("develop", "e2e", Outcome::Failure).await.unwrap();
    let (_, checks) = house.get(&format!("/commits/{sha}/check-runs?filter=latest")).await;
    let failed: Vec<&Value> =
        checks["check_runs"].as_array().unwrap().iter().map(|check| &check["conclusion"]).collect();
    assert_eq!(failed, ["failure", "failure"]);
    github.next_deploy("staging", Outcome::Failure);
    assert_eq!(github.told_outcomes("staging.yml"), [Outcome::Failure]);
    house.github.settled().await;
    house.pass(8).await;
    assert!(github.told_outcomes("staging.yml").is_empty());
    let draft = json!({"title": "Draft", "head": "develop", "base": "main", "draft": true});
    let (status, pull) = house.post("/pulls", draft).await;
    assert_eq!((status, &pull["draft"]), (201, &json!(true)));
    let number = pull["number"].as_u64().unwrap();
    assert_eq!(house.put(&format!("/pulls/{number}/merge"), json!({})).await.0, 405);
    github.ready_for_review("dave-gh", number).await.unwrap();
    assert_eq!(house.get(&format!("/pulls/{number}")).await.1["draft"], false);
    house.done().await;
}

/// Picks `commit` onto the branch `shipmate/tmp/1` that stands at `onto`; gives the status of the merge and the tree.
async fn pick(house: &House, onto: &str, commit: &str) -> (u16, Value, Value) {
    let (_, old) = house.get(&format!("/git/commits/{commit}")).await;
    let (_, target) = house.get(&format!("/git/commits/{onto}")).await;
    let sibling = json!({"message": "beside", "tree": target["tree"]["sha"], "parents": [old["parents"][0]["sha"]]});
    let (status, sibling) = house.post("/git/commits", sibling).await;
    assert_eq!(status, 201, "{sibling}");
    let moved = json!({"sha": sibling["sha"], "force": true});
    assert_eq!(house.patch("/git/refs/heads/shipmate/tmp/1", moved).await.0, 200);
    let (status, merged) = house.post("/merges", json!({"base": "shipmate/tmp/1", "head": commit})).await;
    (status, merged["commit"]["tree"]["sha"].clone(), target["tree"]["sha"].clone())
}

#[tokio::test]
async fn a_client_picks_a_commit_without_a_clone() {
    let house = House::with(Settings::trunk()).await;
    let (onto, commit) = (house.tip("main").await, house.tip("pickup").await);
    let made = json!({"ref": "refs/heads/shipmate/tmp/1", "sha": onto});
    assert_eq!(house.post("/git/refs", made).await.0, 201);
    let (status, tree, before) = pick(&house, &onto, &commit).await;
    assert!(status == 201 && tree != before, "{status}");
    let author = json!({"name": "Dave", "email": "dave@example.com", "date": "2026-03-01T10:00:00Z"});
    let wish = json!({"message": "picked", "tree": tree, "parents": [onto], "author": author});
    let (_, picked) = house.post("/git/commits", wish).await;
    assert_eq!(picked["author"]["date"], "2026-03-01T10:00:00Z");
    let sha = picked["sha"].as_str().unwrap();
    assert_eq!(house.patch("/git/refs/heads/main", json!({"sha": sha})).await.0, 200);
    let (status, tree, before) = pick(&house, sha, &commit).await;
    assert!(status == 201 && tree == before, "an empty pick changes no tree");
    house.github.push_commit("erin-gh", "main", "src/pickup.txt", "knock\n", "feat: knock").await.unwrap();
    let moved = house.tip("main").await;
    assert_eq!(pick(&house, &moved, &commit).await.0, 409);
    let (status, refused) = house.patch("/git/refs/heads/main", json!({"sha": onto})).await;
    assert_eq!((status, refused["message"].as_str()), (422, Some("Update is not a fast forward")));
    assert_eq!(house.delete("/git/refs/heads/shipmate/tmp/1").await.0, 204);
    let (_, checks) = house.get("/commits/main/check-runs").await;
    assert_eq!(checks["total_count"], 1);
    house.pass(3).await;
    house.done().await;
}
