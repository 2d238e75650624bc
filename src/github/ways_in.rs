//! A pull request on its way into its base: merge queue, auto-merge, reviews. Only GraphQL knows them all.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{
    open_pulls::LoginOfKind,
    problem::{GithubProblem, GithubResult},
    pulls::pull,
    query::QueryAnswer,
    repository::Repository,
    request::Call,
};
use crate::domain::release::way_in::{AutoMergeOn, PullProgress, QueueExit};

const PROGRESS: &str = "
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    autoMergeAllowed
    pullRequest(number: $number) {
      isInMergeQueue reviewDecision
      autoMergeRequest { mergeMethod enabledBy { __typename login } }
      timelineItems(itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT], last: 1) {
        nodes { ... on RemovedFromMergeQueueEvent { createdAt reason actor { __typename login } } }
      }
    }
  }
}";

#[derive(Deserialize)]
struct ProgressData {
    repository: Option<ProgressHere>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProgressHere {
    #[serde(default)]
    auto_merge_allowed: bool,
    pull_request: Option<ProgressOfPull>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProgressOfPull {
    #[serde(default)]
    is_in_merge_queue: bool,
    review_decision: Option<String>,
    auto_merge_request: Option<ShownAutoMerge>,
    timeline_items: ShownExits,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShownAutoMerge {
    #[serde(default)]
    merge_method: String,
    enabled_by: Option<LoginOfKind>,
}

#[derive(Deserialize)]
struct ShownExits {
    #[serde(default)]
    nodes: Vec<Option<ShownExit>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShownExit {
    created_at: DateTime<Utc>,
    reason: Option<String>,
    actor: Option<LoginOfKind>,
}

impl Repository {
    /// How a pull request stands on its way.
    pub async fn progress(&self, number: u64) -> GithubResult<PullProgress> {
        let variables = json!({ "owner": self.owner(), "name": self.name(), "number": number });
        let what = format!("{} of {}", pull(number), self.full_name());
        let call = Call::query(&what, PROGRESS, variables);
        let data: Option<ProgressData> = self.read::<QueryAnswer<ProgressData>>(call).await?.read(&what)?;
        let here = data.and_then(|data| data.repository);
        let found = here.and_then(|here| Some((here.auto_merge_allowed, here.pull_request?)));
        let (allowed, found) = found.ok_or_else(|| GithubProblem::NotFound(pull(number)))?;
        Ok(found.read(allowed))
    }

    /// Puts a pull request into the merge queue of its base, if its last commit is still `head_sha`. What is in it already is
    /// as good; `Refused` if its base does not take it.
    pub async fn enqueue(&self, id: &str, number: u64, head_sha: &str) -> GithubResult<()> {
        let input = json!({ "pullRequestId": id, "expectedHeadOid": head_sha });
        match self.mutate(pull(number), "enqueuePullRequest", input).await {
            Err(GithubProblem::Refused(words)) if words.to_lowercase().contains("already in the queue") => Ok(()),
            done => done,
        }
    }

    /// Takes a pull request out of the merge queue.
    pub async fn dequeue(&self, id: &str, number: u64) -> GithubResult<()> {
        self.mutate(pull(number), "dequeuePullRequest", json!({ "id": id })).await
    }

    /// Has GitHub merge a pull request by a merge commit with this title once nothing is in its way, if its last commit is
    /// still `head_sha`. `Refused` where the repository does not allow it, and if nothing is in its way now.
    pub async fn enable_auto_merge(&self, id: &str, number: u64, head_sha: &str, title: &str) -> GithubResult<()> {
        let input = json!({
            "pullRequestId": id, "expectedHeadOid": head_sha, "mergeMethod": "MERGE", "commitHeadline": title,
        });
        self.mutate(pull(number), "enablePullRequestAutoMerge", input).await
    }

    /// Takes that back.
    pub async fn disable_auto_merge(&self, id: &str, number: u64) -> GithubResult<()> {
        self.mutate(pull(number), "disablePullRequestAutoMerge", json!({ "pullRequestId": id })).await
    }
}

impl ProgressOfPull {
    fn read(self, auto_merge_allowed: bool) -> PullProgress {
        let login = |of: Option<LoginOfKind>| of.map(LoginOfKind::login).unwrap_or_default();
        let exit = |exit: ShownExit| {
            let reason = exit.reason.unwrap_or_default().to_lowercase();
            QueueExit { at: exit.created_at, by: login(exit.actor), reason }
        };
        // A merge out of a queue leaves the same event.
        let left = self.timeline_items.nodes.into_iter().flatten().next_back().map(exit);
        let auto = |auto: ShownAutoMerge| AutoMergeOn { by: login(auto.enabled_by), method: auto.merge_method };
        PullProgress {
            queued: self.is_in_merge_queue,
            left: left.filter(|exit| !["merged", "merge"].contains(&exit.reason.as_str())),
            auto_merge: self.auto_merge_request.map(auto),
            auto_merge_allowed,
            lacks_review: self.review_decision.is_some_and(|decision| decision != "APPROVED"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::Value;

    use super::*;

    fn read(of_pull: Value) -> PullProgress {
        serde_json::from_value::<ProgressOfPull>(of_pull).unwrap().read(true)
    }

    #[test]
    fn what_is_on_its_way_is_read_as_github_shows_it() {
        let exit = |reason: &str| json!([{"createdAt": "2026-03-02T09:00:00Z", "reason": reason, "actor": null}]);
        let shown = |nodes: Value, review: Value| json!({"isInMergeQueue": false, "reviewDecision": review, "autoMergeRequest": null, "timelineItems": {"nodes": nodes}});
        assert_eq!(
            read(shown(json!([]), json!(null))),
            PullProgress { auto_merge_allowed: true, ..Default::default() }
        );
        assert!(read(shown(exit("failed_checks"), json!(null))).left.is_some());
        assert_eq!(read(shown(exit("merged"), json!(null))).left, None, "a merge is none");
        for (review, lacks) in [("APPROVED", false), ("REVIEW_REQUIRED", true), ("CHANGES_REQUESTED", true)] {
            assert_eq!(read(shown(json!([]), json!(review))).lacks_review, lacks, "{review}");
        }
        let mut on = shown(json!([]), json!(null));
        on["autoMergeRequest"] =
            json!({"mergeMethod": "SQUASH", "enabledBy": {"__typename": "Bot", "login": "shipmate"}});
        let expected = AutoMergeOn { by: "shipmate[bot]".into(), method: "SQUASH".into() };
        assert_eq!(read(on).auto_merge, Some(expected));
    }
}
