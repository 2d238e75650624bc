//! The checks and statuses of a commit, put together.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{address, model::Checks, problem::GithubResult, repository::Repository};
use crate::domain::freeze::enforcement::{CONTEXT, PASS};

#[derive(Deserialize)]
struct Runs {
    #[serde(default)]
    check_runs: Vec<CheckRun>,
}

#[derive(Deserialize)]
struct CheckRun {
    name: String,
    status: String,
    conclusion: Option<String>,
    details_url: Option<String>,
    html_url: Option<String>,
}

#[derive(Deserialize)]
struct Combined {
    #[serde(default)]
    statuses: Vec<CommitStatus>,
}

#[derive(Deserialize)]
struct CommitStatus {
    context: String,
    state: String,
    target_url: Option<String>,
}

/// How one check stands; the later, the more it weighs where one name stands for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ChecksStatus {
    Passed,
    Pending,
    Failed,
}

impl Repository {
    /// The latest checks and statuses of a commit, each name once, in order. Two requests at once, more beyond 100 of a kind.
    pub async fn checks(&self, sha: &str) -> GithubResult<Checks> {
        let commit = address::segment(sha)?;
        let what = format!("commit {sha}");
        let runs = self.get(&what, format!("/commits/{commit}/check-runs")).with("filter", "latest");
        let statuses = self.get(&what, format!("/commits/{commit}/status"));
        let (runs, statuses) = tokio::try_join!(
            self.all(runs, |page: Runs| page.check_runs),
            self.all(statuses, |page: Combined| page.statuses),
        )?;
        let of_run =
            |run: &CheckRun| Some((run.name.clone(), run.details_url.clone().or_else(|| run.html_url.clone())?));
        let of_status = |status: &CommitStatus| Some((status.context.clone(), status.target_url.clone()?));
        let mut pages: BTreeMap<String, String> = runs.iter().filter_map(of_run).collect();
        pages.extend(statuses.iter().filter_map(of_status));
        pages.retain(|_, page| !page.is_empty());
        let runs = runs.into_iter().map(|run| (run.standing(), run.name));
        let together = together(runs.chain(statuses.into_iter().map(|status| (status.standing(), status.context))));
        Ok(Checks { pages, ..together })
    }
}

/// Sorts names by how they stand. What the bot itself writes checks nothing: green it has proved nothing, and red it says
/// that a freeze closes, or has not been taken back yet.
fn together(all: impl Iterator<Item = (ChecksStatus, String)>) -> Checks {
    let mut by_name: BTreeMap<String, ChecksStatus> = BTreeMap::new();
    for (standing, name) in all {
        let known = by_name.entry(name).or_insert(standing);
        *known = standing.max(*known);
    }
    // What the bot's leave is for, GitHub sees to.
    by_name.remove(PASS);
    let own = by_name.remove(CONTEXT);
    let mut checks = Checks { closed: own == Some(ChecksStatus::Failed), ..Checks::default() };
    for (name, standing) in by_name {
        match standing {
            ChecksStatus::Passed => checks.passed.push(name),
            ChecksStatus::Pending => checks.pending.push(name),
            ChecksStatus::Failed => checks.failed.push(name),
        }
    }
    checks
}

impl CheckRun {
    fn standing(&self) -> ChecksStatus {
        match (self.status.as_str(), self.conclusion.as_deref()) {
            ("completed", Some("success" | "neutral" | "skipped")) => ChecksStatus::Passed,
            ("completed", _) => ChecksStatus::Failed,
            _ => ChecksStatus::Pending,
        }
    }
}

impl CommitStatus {
    fn standing(&self) -> ChecksStatus {
        match self.state.as_str() {
            "success" => ChecksStatus::Passed,
            "pending" => ChecksStatus::Pending,
            _ => ChecksStatus::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_counts_once_and_at_its_worst() {
        let run = |status: &str, conclusion: Option<&str>| {
            let conclusion = conclusion.map(str::to_owned);
            CheckRun { name: String::new(), status: status.to_owned(), conclusion, details_url: None, html_url: None }
                .standing()
        };
        let all = [
            ("build", run("completed", Some("success"))),
            ("docs", run("completed", Some("skipped"))),
            ("build", run("completed", Some("timed_out"))),
            ("lint", run("completed", Some("neutral"))),
            ("lint", run("queued", None)),
            ("e2e", run("completed", Some("action_required"))),
        ];
        let checks = together(all.into_iter().map(|(name, standing)| (standing, name.to_owned())));
        assert_eq!(checks.passed, ["docs"]);
        assert_eq!(checks.pending, ["lint"]);
        assert_eq!(checks.failed, ["build", "e2e"]);
    }

    #[test]
    fn what_the_bot_writes_is_no_check() {
        let status =
            |state: &str| CommitStatus { context: String::new(), state: state.to_owned(), target_url: None }.standing();
        for (own, ci, passed, closed) in [
            ("success", None, 0, false),
            ("failure", None, 0, true),
            ("pending", None, 0, false),
            ("success", Some("success"), 1, false),
            ("failure", Some("success"), 1, true),
        ] {
            let ci = ci.map(|state| (status(state), "ci".to_owned()));
            let leave = [status("success"), status("failure")].map(|status| (status, PASS.to_owned()));
            let checks = together(ci.into_iter().chain([(status(own), CONTEXT.to_owned())]).chain(leave));
            let expected = Checks { passed: vec!["ci".into(); passed], closed, ..Checks::default() };
            assert_eq!(checks, expected, "{own}");
        }
    }
}
