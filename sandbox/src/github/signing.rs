//! Signatures: which commits bear none, and what a branch says that takes only signed ones.
//!
//! People sign theirs. GitHub signs what it makes itself: merges by the merge button, by `merges` and by a queue, and commits of
//! an App "if the request is verified and authenticated as the GitHub App or bot and contains no custom author information, custom
//! committer information, and no custom signature information" (docs: About commit signature verification). What a person's
//! token makes with `git/commits` or `contents` it does not sign, nor what it rebases. A branch with `required_signatures` takes
//! nothing unsigned, by a push or by a pull request (docs: Available rules for rulesets).

use super::{GitHub, people::User, problem::Problem, rules::violations, state::Pull};

/// What a rule says about a commit without a signature.
const UNSIGNED: &str = "Commits must have verified signatures.";

impl GitHub {
    /// Notes that a commit bears no signature.
    pub(super) fn leaves_unsigned(&self, sha: &str) {
        self.state().unsigned.insert(sha.to_owned());
    }

    pub(super) fn is_signed(&self, sha: &str) -> bool {
        !self.state().unsigned.contains(sha)
    }

    /// What keeps these commits from a branch that this account moves from `old` to `new`; without `old` it makes it.
    pub(super) async fn lacks_signatures(
        &self,
        actor: &User,
        name: &str,
        old: Option<&str>,
        new: &str,
    ) -> Result<Option<String>, Problem> {
        if !self.rules_that_bind(actor, name, false).iter().any(|rule| rule["type"] == "required_signatures") {
            return Ok(None);
        }
        let range = match old {
            Some(old) => vec!["rev-list".to_owned(), new.to_owned(), format!("^{old}")],
            None => ["rev-list", new, "--not", "--branches", "--tags"].map(str::to_owned).into(),
        };
        let range: Vec<&str> = range.iter().map(String::as_str).collect();
        let brought = self.repository().git.text(&range, b"").await?;
        let all_signed = brought.lines().all(|sha| self.is_signed(sha));
        Ok((!all_signed).then(|| violations(&[UNSIGNED])))
    }

    /// The same of what a pull request brings.
    pub(super) fn brings_unsigned(&self, pull: &Pull) -> Option<String> {
        pull.commits.iter().any(|sha| !self.is_signed(sha)).then(|| UNSIGNED.to_owned())
    }
}
