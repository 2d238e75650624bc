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

/// What a refusal to merge means for another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRefusal {
    /// It may come right by itself: a side moved, or a check has not reported.
    Passing,
    /// A rule is in the way until somebody does something.
    ByARule,
}

/// What GitHub's words mean for another try; what is not understood is nothing that comes right by itself.
pub fn refused(words: &str) -> MergeRefusal {
    let words = words.to_lowercase();
    let says = |signs: &[&str]| signs.iter().any(|sign| words.contains(sign));
    let waits =
        ["approving review", "merge queue", "merge commits", "merges are not allowed", "cannot update", "signature"];
    let passes =
        ["was modified", "not mergeable", "required status check", "is expected", "in progress", "try the merge again"];
    if !says(&waits) && says(&passes) { MergeRefusal::Passing } else { MergeRefusal::ByARule }
}

/// Whether GitHub speaks of a rule that keeps a branch.
pub fn is_a_rule(words: &str) -> bool {
    let words = words.to_lowercase();
    ["protected branch", "rule", "required", "must be made through a pull request"]
        .iter()
        .any(|sign| words.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_come_right_by_itself_is_tried_again() {
        let rule = |line: &str| format!("Repository rule violations found\n\n{line}\n\n");
        for (words, expected) in [
            ("Base branch was modified. Review and try the merge again.".to_owned(), MergeRefusal::Passing),
            ("Head branch was modified. Review and try the merge again.".to_owned(), MergeRefusal::Passing),
            ("Pull Request is not mergeable".to_owned(), MergeRefusal::Passing),
            (rule("Required status check \"ci\" is expected."), MergeRefusal::Passing),
            (rule("At least 1 approving review is required by reviewers with write access."), MergeRefusal::ByARule),
            (rule("Changes must be made through the merge queue"), MergeRefusal::ByARule),
            ("Merge commits are not allowed on this repository.".to_owned(), MergeRefusal::ByARule),
            (rule("This branch must not contain merge commits."), MergeRefusal::ByARule),
            (rule("Cannot update this protected ref."), MergeRefusal::ByARule),
            (
                rule("Required status check \"ci\" is expected.\n\nAt least 1 approving review is required"),
                MergeRefusal::ByARule,
            ),
            ("Something new".to_owned(), MergeRefusal::ByARule),
        ] {
            assert_eq!(refused(&words), expected, "{words}");
        }
    }
}
