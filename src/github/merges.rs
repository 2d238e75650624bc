//! Merging pull requests and branches.

use http::{Method, StatusCode};
use serde_json::json;

use super::{
    address,
    model::Merge,
    problem::{GithubProblem, GithubResult},
    pulls::pull,
    repository::{Made, Repository},
};

impl Repository {
    /// Merges a pull request with a merge commit, if its last commit is still `head_sha`. What GitHub does not allow is
    /// [`Merge::Refused`] in its words.
    pub async fn merge_pull_request(&self, number: u64, head_sha: &str, title: &str) -> GithubResult<Merge> {
        let body = json!({ "sha": head_sha, "merge_method": "merge", "commit_title": title });
        match self.change(Method::PUT, pull(number), format!("/pulls/{number}/merge"), body).await {
            Ok(answer) => Ok(Merge::Merged(answer.read::<Made>()?.sha)),
            Err(GithubProblem::Refused(words)) => Ok(Merge::Refused(words)),
            Err(problem) => Err(problem),
        }
    }

    /// Merges branch or commit `from` into branch `into`. `NotFound` if either is missing.
    pub async fn merge_branch(&self, into: &str, from: &str, message: &str) -> GithubResult<Merge> {
        address::git_name(into)?;
        address::git_name(from)?;
        let what = format!("branch `{into}` or `{from}`");
        let body = json!({ "base": into, "head": from, "commit_message": message });
        match self.post(what, "/merges", body).await {
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => Ok(Merge::AlreadyThere),
            Ok(answer) => Ok(Merge::Merged(answer.read::<Made>()?.sha)),
            // A protected branch refuses with the same status, so the words decide.
            Err(GithubProblem::Refused(words)) if words.to_lowercase().contains("conflict") => Ok(Merge::Conflict),
            Err(GithubProblem::Refused(words)) => Ok(Merge::Refused(words)),
            // A rule says so with 403 too; a token without the permission is another matter.
            Err(GithubProblem::Forbidden(words)) if is_a_rule(&words) => Ok(Merge::Refused(words)),
            Err(problem) => Err(problem),
        }
    }
}

/// Whether GitHub speaks of a rule that keeps a branch.
pub fn is_a_rule(words: &str) -> bool {
    let words = words.to_lowercase();
    ["protected branch", "rule", "required", "must be made through a pull request"]
        .iter()
        .any(|sign| words.contains(sign))
}
