//! Auto-merge: pull requests that somebody lets be merged as soon as everything that their base requires is there.

use serde_json::{Value, json};

use super::{
    GitHub,
    answer::Refusal,
    people::{Permission, User},
    people_do::MergeMethod,
    problem::Problem,
    pulls::MergeWish,
    state::Pull,
};

/// Who lets a pull request be merged by itself, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AutoMerge {
    pub by: String,
    pub method: MergeMethod,
}

impl GitHub {
    /// Lets a pull request be merged once nothing is in its way. Fails, as GitHub does, without write access, or if nothing is
    /// in its way now.
    pub async fn enable_auto_merge(&self, login: &str, number: u64, method: MergeMethod) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        let pull = self.find_pull(number).filter(|pull| pull.open).ok_or_else(Refusal::not_found)?;
        if person.permission == Permission::Read {
            return Err(Problem::Refused("403 Resource not accessible".to_owned()));
        }
        if self.waits_for(&pull).is_none() {
            return Err(Problem::Refused("422 Pull request is in clean status".to_owned()));
        }
        self.change_pull(number, |pull| pull.auto_merge = Some(AutoMerge { by: person.login.clone(), method }));
        self.send_pull(&person, number, "auto_merge_enabled", Value::Null).await
    }

    /// Merges what waits for nothing any more.
    pub(super) async fn advance_auto_merges(&self) {
        let waiting: Vec<Pull> =
            self.state().pulls.values().filter(|pull| pull.open && pull.auto_merge.is_some()).cloned().collect();
        for pull in waiting.into_iter().filter(|pull| self.waits_for(pull).is_none()) {
            let Some(AutoMerge { by, method }) = pull.auto_merge.clone() else { continue };
            let wish = MergeWish { method, title: None, message: None, sha: None };
            if let Err(refusal) = self.merge_pull(&self.person(&by), pull.number, wish).await {
                tracing::debug!(number = pull.number, ?refusal, "not merged by itself");
            }
        }
    }

    pub(super) fn waits_for_auto_merge(&self) -> bool {
        self.state().pulls.values().any(|pull| pull.open && pull.auto_merge.is_some())
    }

    /// What auto-merge waits for: it passes no rule, whoever switched it on.
    fn waits_for(&self, pull: &Pull) -> Option<String> {
        let draft = pull.draft.then(|| "Pull Request is still a draft".to_owned());
        draft.or_else(|| self.what_blocks(&User::new("nobody-in-particular", "Nobody"), pull))
    }

    pub(super) fn auto_merge_json(&self, pull: &Pull) -> Value {
        let Some(AutoMerge { by, method }) = &pull.auto_merge else { return Value::Null };
        let method = match method {
            MergeMethod::Merge => "merge",
            MergeMethod::Squash => "squash",
            MergeMethod::Rebase => "rebase",
        };
        json!({"enabled_by": self.login_json(by), "merge_method": method, "commit_title": pull.title, "commit_message": ""})
    }
}
