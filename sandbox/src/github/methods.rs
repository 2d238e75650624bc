//! In which ways a pull request may be merged: the repository's settings, and the rules of the branch.
//!
//! "Merge commits are not allowed on this repository." with 405, also where only a ruleset's `allowed_merge_methods` leaves
//! them out (as seen in apstndb/spanner-mycli#307 and Mergifyio/mergify#1812). Linear history refuses merge commits, and
//! the settings of the methods are shown only to whoever may read and write contents (GitHub's description of
//! `GET /repos/{owner}/{repo}`). No webhook tells of a changed setting.

use serde_json::Value;

use super::{GitHub, people::User, people_do::MergeMethod, rules::violations};

/// What linear history says about a merge commit.
pub(super) const LINEAR: &str = "This branch must not contain merge commits.";

impl GitHub {
    /// Lets pull requests be merged in this way, or not.
    pub fn allow_merges_by(&self, method: MergeMethod, allowed: bool) {
        let mut state = self.state();
        state.disallowed_methods.retain(|known| *known != method);
        if !allowed {
            state.disallowed_methods.push(method);
        }
    }

    pub(super) fn allows(&self, method: MergeMethod) -> bool {
        !self.state().disallowed_methods.contains(&method)
    }

    /// Why a branch takes no merge of this kind from this account.
    pub(super) fn refuses_method(&self, actor: &User, base: &str, method: MergeMethod) -> Option<String> {
        let rules = self.rules_that_bind(actor, &format!("refs/heads/{base}"), true);
        let lists = rules.iter().map(|rule| &rule["parameters"]["allowed_merge_methods"]).filter_map(Value::as_array);
        let (word, spoken) = match method {
            MergeMethod::Merge => ("merge", "Merge commits are"),
            MergeMethod::Squash => ("squash", "Squash merges are"),
            MergeMethod::Rebase => ("rebase", "Rebase merges are"),
        };
        if !self.allows(method) || lists.into_iter().any(|list| list.iter().all(|allowed| allowed != word)) {
            return Some(format!("{spoken} not allowed on this repository."));
        }
        (method == MergeMethod::Merge).then(|| self.is_kept_linear(actor, base)).flatten()
    }

    /// What refuses a merge commit on a branch, if its history is to be linear.
    pub(super) fn is_kept_linear(&self, actor: &User, branch: &str) -> Option<String> {
        let rules = self.rules_that_bind(actor, &format!("refs/heads/{branch}"), true);
        if rules.iter().any(|rule| rule["type"] == "required_linear_history") {
            return Some(violations(&[LINEAR]));
        }
        let protection = self.protection_that_binds(actor, branch)?;
        (protection["required_linear_history"]["enabled"] == true).then(|| LINEAR.to_owned())
    }
}
