//! Checks: the `ci` that runs on every pull request, and the checks and statuses that others report.

use serde_json::{Value, json};

use super::{GitHub, due::Ends, patterns::matches, people::User, problem::Problem, settings::Outcome, stamp};

/// The workflow whose outcomes and holds apply to the check `ci`.
pub(super) const CI: &str = "ci.yml";

impl GitHub {
    /// The app behind the checks that the sandbox runs itself.
    pub(super) fn actions_app_json(&self) -> Value {
        json!({
            "id": 15_368, "slug": "github-actions", "node_id": "A_15368", "name": "GitHub Actions",
            "owner": self.user_json(&self.owner()), "description": "Automate your workflow from idea to production",
            "external_url": self.api_url(), "html_url": format!("{}/apps/github-actions", self.api_url()),
            "created_at": "2018-07-30T09:30:17Z", "updated_at": "2019-12-10T19:04:12Z",
            "permissions": {"checks": "write"}, "events": [],
        })
    }

    /// Whether every push to this branch is checked; of the patterns, the last that fits decides.
    pub(super) fn is_checked(&self, branch: &str) -> bool {
        let fits = |pattern: &&String| {
            let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
            matches(pattern.as_bytes(), branch.as_bytes())
        };
        let decides = self.settings().ci_on_push.iter().rev().find(fits);
        decides.is_some_and(|pattern| !pattern.starts_with('!'))
    }

    /// Starts the check `ci` on a commit, unless it has been started already.
    pub(super) async fn start_ci(&self, branch: &str, sha: &str) -> Result<(), Problem> {
        let known = |check: &Value| check["head_sha"] == sha && check["name"] == "ci";
        if self.state().ci_is_late || self.state().checks.iter().any(known) {
            return Ok(());
        }
        let bot = self.settings().bot.clone();
        let mut suite = self.open_suite(branch, sha).await?;
        self.send("check_suite", &bot, json!({"action": "requested", "check_suite": suite}));
        suite["status"] = json!("in_progress");
        let mut check = self.new_check("ci", sha, &suite);
        check["status"] = json!("in_progress");
        check["started_at"] = json!(stamp(self.now()));
        let id = self.keep_check(&bot, check);
        let held = self.state().held.iter().any(|file| file == CI);
        let due = (!held).then(|| self.now() + self.settings().ci_time);
        self.state().due.insert(id, due);
        if let Some(due) = due {
            self.end_at(due, id, Ends::Check);
        }
        Ok(())
    }

    /// Ends a check that the sandbox runs, then its suite.
    pub(super) fn end_check(&self, id: u64, outcome: Outcome) {
        let bot = self.settings().bot.clone();
        let now = stamp(self.now());
        let word = outcome.word();
        // Before the check counts as done, so that nobody thinks everything has come to rest.
        self.wake_queue();
        let ended = {
            let mut state = self.state();
            if state.due.remove(&id).is_none() {
                return;
            }
            let ended = state.checks.iter_mut().find(|check| check["id"] == id);
            ended.map(|check| {
                check["status"] = json!("completed");
                check["conclusion"] = json!(word);
                check["completed_at"] = json!(now);
                check["check_suite"]["status"] = json!("completed");
                check["check_suite"]["conclusion"] = json!(word);
                check.clone()
            })
        };
        if let Some(check) = ended {
            self.send_check(&bot, "completed", &check);
            let suite = {
                let mut state = self.state();
                let suite = state.suites.iter_mut().find(|suite| suite["id"] == check["check_suite"]["id"]);
                suite.map(|suite| {
                    suite["status"] = json!("completed");
                    suite["conclusion"] = json!(word);
                    suite["updated_at"] = json!(now);
                    suite.clone()
                })
            };
            if let Some(mut suite) = suite {
                suite["pull_requests"] = check["pull_requests"].clone();
                self.send("check_suite", &bot, json!({"action": "completed", "check_suite": suite}));
            }
        }
        self.0.webhooks.tell();
    }

    pub(super) async fn open_suite(&self, branch: &str, sha: &str) -> Result<Value, Problem> {
        let commit = self.repository().commit(sha).await?;
        let before = commit.as_ref().and_then(|commit| commit.parents.first().cloned());
        let head = commit.map(|commit| self.mentioned_commit_json(&commit));
        let id = self.state().next_id();
        let url = self.url(&format!("/check-suites/{id}"));
        let now = stamp(self.now());
        let suite = json!({
            "id": id, "node_id": format!("CS_{id}"), "head_branch": branch, "head_sha": sha, "status": "queued",
            "conclusion": null, "url": url, "before": before, "after": sha, "app": self.actions_app_json(),
            "pull_requests": self.mentioned_pulls_json(sha), "created_at": now, "updated_at": now,
            "latest_check_runs_count": 1, "check_runs_url": format!("{url}/check-runs"), "head_commit": head,
            "repository": self.repository_json(), "rerequestable": true, "runs_rerequestable": true,
        });
        self.state().suites.push(suite.clone());
        Ok(suite)
    }

    /// A check run that has not been kept yet.
    pub(super) fn new_check(&self, name: &str, sha: &str, suite: &Value) -> Value {
        let id = self.state().next_id();
        let url = self.url(&format!("/check-runs/{id}"));
        let html = self.html(&format!("/runs/{id}"));
        json!({
            "id": id, "node_id": format!("CR_{id}"), "head_sha": sha, "external_id": "", "url": url,
            "html_url": html, "details_url": html, "status": "queued", "conclusion": null, "started_at": null,
            "completed_at": null, "name": name, "app": self.actions_app_json(),
            "output": {
                "title": null, "summary": null, "text": null, "annotations_count": 0,
                "annotations_url": format!("{url}/annotations"),
            },
            "check_suite": suite,
            "pull_requests": [],
        })
    }

    /// Keeps a new check run, says so, and gives its id.
    pub(super) fn keep_check(&self, actor: &User, check: Value) -> u64 {
        self.state().checks.push(check.clone());
        self.send_check(actor, "created", &check);
        check["id"].as_u64().unwrap_or_default()
    }

    pub(super) fn send_check(&self, actor: &User, action: &str, check: &Value) {
        let mut check = check.clone();
        check["pull_requests"] = self.mentioned_pulls_json(check["head_sha"].as_str().unwrap_or_default());
        self.send("check_run", actor, json!({"action": action, "check_run": check}));
    }

    /// How the latest check or status of this name stands on a commit: `success`, `failure`, `pending`; none if absent.
    pub(super) fn check_state(&self, sha: &str, name: &str) -> Option<&'static str> {
        let state = self.state();
        let check = state.checks.iter().rev().find(|check| check["head_sha"] == sha && check["name"] == name);
        if let Some(check) = check {
            return Some(match (check["status"].as_str(), check["conclusion"].as_str()) {
                (Some("completed"), Some("success" | "neutral" | "skipped")) => "success",
                (Some("completed"), _) => "failure",
                _ => "pending",
            });
        }
        let status = state.statuses.iter().rev().find(|status| status["sha"] == sha && status["context"] == name)?;
        Some(match status["state"].as_str() {
            Some("success") => "success",
            Some("pending") => "pending",
            _ => "failure",
        })
    }

    /// Whether everything that has been reported on a commit is a success.
    pub(super) fn all_green(&self, sha: &str) -> bool {
        let names: Vec<String> = {
            let state = self.state();
            let checks = state.checks.iter().filter(|check| check["head_sha"] == sha).map(|check| &check["name"]);
            let statuses = state.statuses.iter().filter(|status| status["sha"] == sha).map(|status| &status["context"]);
            checks.chain(statuses).filter_map(Value::as_str).map(str::to_owned).collect()
        };
        names.iter().all(|name| self.check_state(sha, name) == Some("success"))
    }
}
