//! Pull requests, reviews and comments.

use serde_json::{Value, json};

use crate::github::{GitHub, stamp, state::Pull};

impl GitHub {
    /// A pull request as lists show it.
    pub(in crate::github) fn pull_json(&self, pull: &Pull) -> Value {
        let Pull { number, id, .. } = pull;
        let url = self.url(&format!("/pulls/{number}"));
        let html = self.html(&format!("/pull/{number}"));
        let issue = self.url(&format!("/issues/{number}"));
        let statuses = self.url(&format!("/statuses/{}", pull.head_sha));
        let review_comment = self.url("/pulls/comments{/number}");
        let people = |logins: &[String]| logins.iter().map(|login| self.login_json(login)).collect::<Vec<_>>();
        let assignees = people(&pull.assignees);
        let labels: Vec<Value> = {
            let state = self.state();
            pull.labels.iter().filter_map(|name| state.label(name).cloned()).collect()
        };
        let owner = &self.settings().owner;
        let owner_json = self.user_json(&self.owner());
        let repository = self.repository_json();
        let end = |name: &str, sha: &str| json!({"label": format!("{owner}:{name}"), "ref": name, "sha": sha, "user": owner_json, "repo": repository});
        let link = |href: &str| json!({"href": href});
        json!({
            "url": url, "id": id, "node_id": format!("PR_{id}"), "html_url": html,
            "diff_url": format!("{html}.diff"), "patch_url": format!("{html}.patch"), "issue_url": issue,
            "number": number, "state": if pull.open { "open" } else { "closed" }, "locked": false,
            "title": pull.title, "user": self.login_json(&pull.author), "body": pull.body,
            "created_at": stamp(pull.created), "updated_at": stamp(pull.updated),
            "closed_at": pull.closed.map(stamp), "merged_at": pull.merged.as_ref().map(|merged| stamp(merged.at)),
            "merge_commit_sha": pull.merged.as_ref().map(|merged| &merged.sha),
            "assignee": assignees.first(), "assignees": assignees,
            "requested_reviewers": people(&pull.reviewers), "requested_teams": [], "labels": labels,
            "milestone": null, "draft": pull.draft, "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"), "review_comment_url": review_comment,
            "comments_url": format!("{issue}/comments"), "statuses_url": statuses,
            "head": end(&pull.head, &pull.head_sha), "base": end(&pull.base, &pull.base_sha),
            "_links": {
                "self": link(&url), "html": link(&html), "issue": link(&issue),
                "comments": link(&format!("{issue}/comments")), "review_comments": link(&format!("{url}/comments")),
                "review_comment": link(&review_comment), "commits": link(&format!("{url}/commits")),
                "statuses": link(&statuses),
            },
            "author_association": "MEMBER", "auto_merge": self.auto_merge_json(pull), "active_lock_reason": null,
        })
    }

    /// A pull request as a single one and as webhooks show it.
    pub(in crate::github) fn full_pull_json(&self, pull: &Pull, mergeable: Option<bool>, word: &str) -> Value {
        let mut json = self.pull_json(pull);
        let number = pull.number;
        let comments = self.state().comments.iter().filter(|(of, _)| *of == number).count();
        json["merged"] = json!(pull.merged.is_some());
        json["mergeable"] = json!(mergeable);
        json["rebaseable"] = json!(mergeable);
        json["mergeable_state"] = json!(word);
        json["merged_by"] = pull.merged.as_ref().map_or(Value::Null, |merged| self.login_json(&merged.by));
        json["comments"] = json!(comments);
        json["review_comments"] = json!(0);
        json["maintainer_can_modify"] = json!(false);
        json["commits"] = json!(pull.commits.len());
        json["additions"] = json!(pull.additions);
        json["deletions"] = json!(pull.deletions);
        json["changed_files"] = json!(pull.changed_files);
        json
    }

    /// The pull requests whose head is this commit, as checks and runs mention them.
    pub(in crate::github) fn mentioned_pulls_json(&self, sha: &str) -> Value {
        let repository = json!({"id": crate::github::rename::ID, "url": self.url(""), "name": self.name()});
        let mention = |pull: &Pull| {
            json!({
                "url": self.url(&format!("/pulls/{}", pull.number)), "id": pull.id, "number": pull.number,
                "head": {"ref": pull.head, "sha": pull.head_sha, "repo": repository},
                "base": {"ref": pull.base, "sha": pull.base_sha, "repo": repository},
            })
        };
        self.state().pulls.values().filter(|pull| pull.open && pull.head_sha == sha).map(mention).collect()
    }

    /// A pull request as an issue.
    pub(in crate::github) fn issue_json(&self, pull: &Pull) -> Value {
        let mut json = self.pull_json(pull);
        let url = self.url(&format!("/issues/{}", pull.number));
        let pull_url = json["url"].take();
        json["pull_request"] = json!({
            "url": pull_url, "html_url": json["html_url"], "diff_url": json["diff_url"],
            "patch_url": json["patch_url"], "merged_at": json["merged_at"],
        });
        json["url"] = json!(url);
        json["repository_url"] = json!(self.url(""));
        json["labels_url"] = json!(format!("{url}/labels{{/name}}"));
        json["events_url"] = json!(format!("{url}/events"));
        json["comments"] = json!(self.state().comments.iter().filter(|(of, _)| *of == pull.number).count());
        for key in ["head", "base", "_links", "merge_commit_sha", "requested_reviewers", "requested_teams"] {
            if let Some(map) = json.as_object_mut() {
                map.remove(key);
            }
        }
        json
    }
}
