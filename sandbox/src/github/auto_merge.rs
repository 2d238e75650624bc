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
    /// The first line of the commit, if whoever switched it on named one.
    pub title: Option<String>,
}

impl GitHub {
    /// Lets people and bots switch auto-merge on, or not; it is off until somebody allows it (docs: Managing auto-merge for pull
    /// requests in your repository).
    pub fn allow_auto_merge(&self, allowed: bool) {
        self.state().auto_merge_allowed = allowed;
    }

    /// Lets a pull request be merged once nothing is in its way. Fails, as GitHub does, without write access, where the
    /// repository does not allow it, or if nothing is in its way now.
    pub async fn enable_auto_merge(&self, login: &str, number: u64, method: MergeMethod) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        self.switch_on_auto_merge(&person, number, AutoMerge { by: person.login.clone(), method, title: None }).await
    }

    /// "Pull request Auto merge is not allowed for this repository", "Pull request is not in the correct state to enable
    /// auto-merge" (cli/cli#3858), and "Pull request Pull request is in clean status" or "unstable status" of what could be merged
    /// at once (peter-evans/enable-pull-request-automerge#343, #355): in these words on github.com.
    pub(super) async fn switch_on_auto_merge(
        &self,
        person: &User,
        number: u64,
        wanted: AutoMerge,
    ) -> Result<(), Problem> {
        let pull = self.find_pull(number).ok_or_else(Refusal::not_found)?;
        let refuse = |said: String| Err(Problem::Refused(said));
        if person.permission == Permission::Read {
            return refuse("403 Resource not accessible".to_owned());
        }
        if !self.state().auto_merge_allowed {
            return refuse("422 Pull request Auto merge is not allowed for this repository".to_owned());
        }
        if !pull.open || pull.draft || !self.merges_cleanly(&pull).await? {
            return refuse("422 Pull request is not in the correct state to enable auto-merge".to_owned());
        }
        if let Some(said) = self.refuses_method(person, &pull.base, wanted.method) {
            return refuse(format!("422 {said}"));
        }
        if self.waits_for(&pull).is_none() {
            let word = if self.all_green(&pull.head_sha) { "clean" } else { "unstable" };
            return refuse(format!("422 Pull request Pull request is in {word} status"));
        }
        // Switched on again, it stays as whoever was last wishes.
        let before = self.find_pull(number).and_then(|pull| pull.auto_merge);
        if before.as_ref() == Some(&wanted) {
            return Ok(());
        }
        self.change_pull(number, |pull| pull.auto_merge = Some(wanted));
        self.send_pull(person, number, "auto_merge_enabled", Value::Null).await
    }

    /// Switches it off, whoever switched it on. Fails if it is not on.
    pub async fn disable_auto_merge(&self, login: &str, number: u64) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        self.disable_auto_merge_of(&self.person(login), number).await
    }

    pub(super) async fn disable_auto_merge_of(&self, person: &User, number: u64) -> Result<(), Problem> {
        if self.find_pull(number).is_none_or(|pull| pull.auto_merge.is_none()) {
            return Err(Problem::Refused("422 Can't disable auto-merge for this pull request.".to_owned()));
        }
        self.change_pull(number, |pull| pull.auto_merge = None);
        self.send_pull(person, number, "auto_merge_disabled", json!({"reason": "Auto-merge was disabled"})).await
    }

    /// Merges what waits for nothing any more.
    pub(super) async fn advance_auto_merges(&self) {
        let waiting: Vec<Pull> =
            self.state().pulls.values().filter(|pull| pull.open && pull.auto_merge.is_some()).cloned().collect();
        for pull in waiting.into_iter().filter(|pull| self.waits_for(pull).is_none()) {
            let Some(AutoMerge { by, method, title }) = pull.auto_merge.clone() else { continue };
            let wish = MergeWish { method, title, message: None, sha: None };
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
        let Some(AutoMerge { by, method, title }) = &pull.auto_merge else { return Value::Null };
        let title = title.as_ref().unwrap_or(&pull.title);
        json!({"enabled_by": self.login_json(by), "merge_method": word(*method), "commit_title": title, "commit_message": ""})
    }
}

/// What REST calls a way to merge.
pub(super) fn word(method: MergeMethod) -> &'static str {
    match method {
        MergeMethod::Merge => "merge",
        MergeMethod::Squash => "squash",
        MergeMethod::Rebase => "rebase",
    }
}
