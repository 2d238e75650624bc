//! What GraphQL changes: into a merge queue and out of it, auto-merge on and off, and what GitHub says when it does not.

use reqwest::Method;
use sandbox::github::{MergeMethod, PullView, Settings, Verdict};
use serde_json::{Value, json};

use crate::house::House;

/// Asks GraphQL; gives the whole answer.
async fn asked(house: &House, query: &str, variables: Value) -> Value {
    let url = format!("{}/graphql", house.github.api_url());
    let body = json!({"query": query, "variables": variables});
    let token = house.github.settings().token.clone();
    house.raw(Method::POST, &url, &token, Some(body)).await.json().await.unwrap()
}

/// Carries out a mutation with an input; what went wrong, or nothing.
async fn mutated(house: &House, name: &str, input: Value) -> Option<String> {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let query = format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ clientMutationId }} }}");
    let answer = asked(house, &query, json!({"input": input})).await;
    let error = &answer["errors"][0];
    assert_eq!(error.is_null(), answer["data"].is_object(), "{answer}");
    error["message"].as_str().map(|said| format!("{}: {said}", error["type"].as_str().unwrap_or("-")))
}

/// How a pull request stands on its way.
async fn stands(house: &House, number: u64) -> Value {
    let query = "query($number: Int!) { repository(owner: \"acme\", name: \"api\") { autoMergeAllowed pullRequest(number: $number) {
      id reviewDecision isInMergeQueue autoMergeRequest { mergeMethod enabledBy { login } }
      timelineItems(itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT], last: 1) {
        nodes { ... on RemovedFromMergeQueueEvent { reason actor { login } } } } } } }";
    asked(house, query, json!({"number": number})).await["data"]["repository"].clone()
}

async fn id(house: &House, number: u64) -> String {
    house.get(&format!("/pulls/{number}")).await.1["node_id"].as_str().unwrap().to_owned()
}

fn pull(house: &House, number: u64) -> PullView {
    house.github.pull_requests().into_iter().find(|pull| pull.number == number).unwrap()
}

#[tokio::test]
async fn a_pull_request_goes_into_the_queue_and_out_of_it() {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    github.require_queue("alice-gh", "dev", &["ci"]).await.unwrap();
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    let pull_id = id(&house, number).await;
    let enqueue = || mutated(&house, "enqueuePullRequest", json!({"pullRequestId": pull_id}));
    let early = enqueue().await.unwrap();
    assert!(early.starts_with("UNPROCESSABLE") && early.contains("Required status check \"ci\" is pending"), "{early}");
    house.pass(3).await;
    let odd = mutated(&house, "enqueuePullRequest", json!({"pullRequestId": pull_id, "mergeMethod": "MERGE"})).await;
    assert!(odd.unwrap().contains("InputObject 'EnqueuePullRequestInput' doesn't accept argument 'mergeMethod'"));
    let other = json!({"pullRequestId": pull_id, "expectedHeadOid": "0".repeat(40)});
    assert!(mutated(&house, "enqueuePullRequest", other).await.unwrap().contains("Head branch was modified"));
    assert_eq!(enqueue().await, None);
    assert_eq!(enqueue().await.unwrap(), "UNPROCESSABLE: Pull request is already in the queue");
    assert_eq!(stands(&house, number).await["pullRequest"]["isInMergeQueue"], true);
    assert_eq!(mutated(&house, "dequeuePullRequest", json!({"id": pull_id})).await, None);
    let left = stands(&house, number).await["pullRequest"].clone();
    assert_eq!(left["isInMergeQueue"], false);
    let exit = json!({"reason": "manual", "actor": {"login": "shipmate-bot"}});
    assert_eq!(left["timelineItems"]["nodes"][0], exit);
    assert!(mutated(&house, "dequeuePullRequest", json!({"id": pull_id})).await.is_some(), "it is not in it");
    assert_eq!(enqueue().await, None);
    house.pass(3).await;
    assert_eq!(pull(&house, number).merged_by.as_deref(), Some("github-merge-queue[bot]"));
    house.done().await;
}

#[tokio::test]
async fn auto_merge_is_for_what_waits_where_it_is_allowed() {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    github.require_checks("alice-gh", "dev", &["ci"]).await.unwrap();
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    let pull_id = id(&house, number).await;
    let enable = |method: &'static str| {
        let input = json!({"pullRequestId": pull_id, "mergeMethod": method, "commitHeadline": "dark (#1)"});
        mutated(&house, "enablePullRequestAutoMerge", input)
    };
    assert_eq!(
        enable("MERGE").await.unwrap(),
        "UNPROCESSABLE: Pull request Auto merge is not allowed for this repository"
    );
    assert_eq!(stands(&house, number).await["autoMergeAllowed"], false);
    github.allow_auto_merge(true);
    github.allow_merges_by(MergeMethod::Squash, false);
    assert!(enable("SQUASH").await.unwrap().contains("Squash merges are not allowed"));
    for _ in 0..2 {
        assert_eq!(enable("MERGE").await, None, "again is as once");
    }
    let on = json!({"mergeMethod": "MERGE", "enabledBy": {"login": "shipmate-bot"}});
    assert_eq!(stands(&house, number).await["pullRequest"]["autoMergeRequest"], on);
    let off = json!({"pullRequestId": pull_id});
    assert_eq!(mutated(&house, "disablePullRequestAutoMerge", off.clone()).await, None);
    assert!(mutated(&house, "disablePullRequestAutoMerge", off).await.is_some());
    assert_eq!(enable("MERGE").await, None);
    house.pass(3).await;
    let merged = pull(&house, number);
    assert_eq!((merged.merged, merged.merged_by.as_deref()), (true, Some("shipmate-bot")));
    let second = github.open_pull_request("erin-gh", "feature/retries", "dev", "fix: retries").await.unwrap();
    house.pass(3).await;
    let input = json!({"pullRequestId": id(&house, second).await, "mergeMethod": "MERGE"});
    let clean = mutated(&house, "enablePullRequestAutoMerge", input).await;
    assert_eq!(clean.unwrap(), "UNPROCESSABLE: Pull request Pull request is in clean status");
    house.done().await;
}

#[tokio::test]
async fn reviews_are_wanted_until_they_are_given() {
    let house = House::with(Settings::weekly_train()).await;
    let github = &house.github;
    let number = github.open_pull_request("dave-gh", "feature/dark-mode", "dev", "feat: dark").await.unwrap();
    assert!(stands(&house, number).await["pullRequest"]["reviewDecision"].is_null());
    let rule = json!({"type": "pull_request", "parameters": {
        "dismiss_stale_reviews_on_push": false, "require_code_owner_review": false, "require_last_push_approval": false,
        "required_approving_review_count": 1, "required_review_thread_resolution": false,
    }});
    let set = json!({
        "name": "reviews", "target": "branch", "enforcement": "active", "rules": [rule],
        "conditions": {"ref_name": {"include": ["refs/heads/dev"], "exclude": []}},
    });
    github.add_ruleset("alice-gh", set).await.unwrap();
    assert_eq!(stands(&house, number).await["pullRequest"]["reviewDecision"], "REVIEW_REQUIRED");
    github.review("erin-gh", number, Verdict::Approve, "fine").await.unwrap();
    assert_eq!(stands(&house, number).await["pullRequest"]["reviewDecision"], "APPROVED");
    let token = house.github.settings().read_only_token.clone();
    let input = json!({"pullRequestId": id(&house, number).await});
    let query = "mutation($input: EnqueuePullRequestInput!) { enqueuePullRequest(input: $input) { clientMutationId } }";
    let url = format!("{}/graphql", github.api_url());
    let body = json!({"query": query, "variables": {"input": input}});
    let answer: Value = house.raw(Method::POST, &url, &token, Some(body)).await.json().await.unwrap();
    assert_eq!(answer["errors"][0]["type"], "FORBIDDEN");
    house.done().await;
}
