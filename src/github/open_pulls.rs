//! All that is open, with what stands on each head: a hundred a page, by one query.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    problem::{GithubProblem, GithubResult},
    query::QueryAnswer,
    repository::Repository,
    request::Call,
    statuses::{OpenPull, ShownStatus, ShownStatuses},
};
use crate::domain::freeze::enforcement::{CONTEXT, PASS};

/// No list is followed further than this; it ends a server that always names a next page.
const MOST_PAGES: usize = 100;

const QUERY: &str = "
query($owner: String!, $name: String!, $after: String, $freeze: String!, $pass: String!) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: OPEN, first: 100, after: $after, orderBy: {field: CREATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title url isDraft createdAt updatedAt headRefOid baseRefName mergeStateStatus
        author { __typename login }
        autoMergeRequest { enabledAt }
        commits(last: 1) { nodes { commit { oid status {
          freeze: context(name: $freeze) { state creator { __typename login } }
          pass: context(name: $pass) { state creator { __typename login } }
        } } } }
      }
    }
  }
}";

#[derive(Deserialize)]
struct PullsData {
    repository: Option<PullsHere>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullsHere {
    pull_requests: PullsPage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullsPage {
    page_info: PullsNext,
    nodes: Vec<Option<PullNode>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullsNext {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullNode {
    number: u64,
    title: String,
    url: String,
    is_draft: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    head_ref_oid: String,
    base_ref_name: String,
    #[serde(default)]
    merge_state_status: String,
    author: Option<LoginOfKind>,
    auto_merge_request: Option<Value>,
    commits: LastCommits,
}

#[derive(Deserialize)]
struct LastCommits {
    nodes: Vec<Option<LastCommit>>,
}

#[derive(Deserialize)]
struct LastCommit {
    commit: HeadCommit,
}

#[derive(Deserialize)]
struct HeadCommit {
    oid: String,
    status: Option<OwnStatuses>,
}

#[derive(Deserialize, Default)]
struct OwnStatuses {
    freeze: Option<OwnStatus>,
    pass: Option<OwnStatus>,
}

#[derive(Deserialize)]
struct OwnStatus {
    state: String,
    creator: Option<LoginOfKind>,
}

#[derive(Deserialize)]
pub(super) struct LoginOfKind {
    #[serde(default, rename = "__typename")]
    kind: String,
    login: String,
}

impl Repository {
    /// Every open pull request, oldest first, with the bot's statuses on its head; one request for each hundred. Where GraphQL is
    /// not to be had, the list without the statuses.
    pub async fn open_pulls(&self) -> GithubResult<Vec<OpenPull>> {
        match self.pages_of_open_pulls().await {
            // A page may be too large for GitHub, and GraphQL has a limit of its own.
            Err(problem) if !matches!(problem, GithubProblem::Unreachable(_) | GithubProblem::RateLimited { .. }) => {
                tracing::debug!(repository = self.full_name(), %problem, "pull requests are listed one page of REST after another");
                self.listed_pulls().await
            }
            found => found,
        }
    }

    async fn pages_of_open_pulls(&self) -> GithubResult<Vec<OpenPull>> {
        let (mut all, mut after) = (vec![], None::<String>);
        for _ in 0..MOST_PAGES {
            let variables = json!({
                "owner": self.owner(), "name": self.name(), "after": after, "freeze": CONTEXT, "pass": PASS,
            });
            let what = format!("open pull requests of {}", self.full_name());
            let page = page(&what, self.read(Call::query(&what, QUERY, variables)).await?)?;
            all.extend(page.nodes.into_iter().flatten().map(PullNode::open));
            after = page.page_info.end_cursor;
            if !page.page_info.has_next_page || after.is_none() {
                break;
            }
        }
        Ok(all)
    }
}

/// The page of an answer.
fn page(what: &str, answered: QueryAnswer<PullsData>) -> GithubResult<PullsPage> {
    let found = answered.read(what)?.and_then(|data| data.repository).map(|found| found.pull_requests);
    found.ok_or_else(|| GithubProblem::Unreadable("it has no pull requests".to_owned()))
}

impl PullNode {
    fn open(self) -> OpenPull {
        let last =
            self.commits.nodes.into_iter().flatten().map(|last| last.commit).find(|one| one.oid == self.head_ref_oid);
        let OwnStatuses { freeze, pass } = last.and_then(|last| last.status).unwrap_or_default();
        let shown = ShownStatuses { freeze: freeze.map(OwnStatus::shown), pass: pass.map(OwnStatus::shown) };
        OpenPull {
            number: self.number,
            head: self.head_ref_oid,
            base: self.base_ref_name,
            author: self.author.map(LoginOfKind::login).unwrap_or_default(),
            title: self.title,
            url: self.url,
            created: self.created_at,
            updated: self.updated_at,
            draft: self.is_draft,
            auto_merge: self.auto_merge_request.is_some(),
            mergeable: ["CLEAN", "HAS_HOOKS", "UNSTABLE"].contains(&self.merge_state_status.as_str()),
            shown: Some(shown),
        }
    }
}

impl OwnStatus {
    fn shown(self) -> ShownStatus {
        ShownStatus { good: self.state == "SUCCESS", by: self.creator.map(LoginOfKind::login).unwrap_or_default() }
    }
}

impl LoginOfKind {
    /// The login as REST writes it: there a bot's says that it is one.
    pub(super) fn login(self) -> String {
        if self.kind == "Bot" { format!("{}[bot]", self.login) } else { self.login }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_page_tells_what_stands_on_each_head() {
        let status =
            |state: &str, kind: &str| json!({"state": state, "creator": {"__typename": kind, "login": "shipmate"}});
        let node = |oid: &str, merges: &str| {
            json!({
                "number": 7, "title": "x", "url": "https://x", "isDraft": false, "createdAt": "2026-03-02T09:00:00Z",
                "updatedAt": "2026-03-02T09:00:00Z", "headRefOid": "a", "baseRefName": "main", "mergeStateStatus": merges,
                "author": {"__typename": "User", "login": "dave"}, "autoMergeRequest": null,
                "commits": {"nodes": [{"commit": {"oid": oid, "status": {
                    "freeze": status("FAILURE", "Bot"), "pass": status("SUCCESS", "User")}}}]},
            })
        };
        let answer = |nodes: Value| {
            let page = json!({"pageInfo": {"hasNextPage": false, "endCursor": null}, "nodes": nodes});
            serde_json::from_value(json!({"data": {"repository": {"pullRequests": page}}})).unwrap()
        };
        let read = page("x", answer(json!([node("a", "CLEAN"), null, node("b", "BLOCKED")]))).unwrap();
        let pulls: Vec<OpenPull> = read.nodes.into_iter().flatten().map(PullNode::open).collect();
        let shown = pulls[0].shown.clone().unwrap();
        assert_eq!(shown.freeze, Some(ShownStatus { good: false, by: "shipmate[bot]".into() }));
        assert_eq!(shown.pass, Some(ShownStatus { good: true, by: "shipmate".into() }));
        assert!(pulls[0].mergeable && !pulls[1].mergeable);
        assert_eq!(pulls[1].shown, Some(ShownStatuses::default()), "that is another commit");
    }
}
