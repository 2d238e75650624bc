//! Pull requests in a story: opened, and how the freeze's status stands on them.

use chrono::TimeDelta;
use sandbox::{
    github::{App, MergeMethod, Permission, app_private_key_pem},
    world::WorldSettings,
};
use serde_json::{Value, json};

use super::Story;

/// The name of the freeze's status.
pub(crate) const CONTEXT: &str = "shipmate/freeze";
/// The id of the bot's GitHub App, in a world where it is one.
pub(crate) const APP: u64 = 1234;
/// What is said where a status that anybody may write is all that keeps a branch closed.
pub(crate) const FORGEABLE: &str = "ENFORCED, but anybody who may write can turn it green";

impl Story {
    /// A person opens a pull request of one commit.
    pub(crate) async fn opens(&self, login: &str, head: &str, base: &str) -> u64 {
        let github = self.world.github();
        github.create_branch(login, head, base).await.unwrap();
        github.push_commit(login, head, &format!("{head}.txt"), "x", &format!("feat: {head}")).await.unwrap();
        let number = github.open_pull_request(login, head, base, &format!("feat: {head}")).await.unwrap();
        self.settle().await;
        number
    }

    /// The head of a pull request.
    pub(crate) fn head(&self, number: u64) -> String {
        let pulls = self.world.github().pull_requests();
        pulls.into_iter().find(|pull| pull.number == number).unwrap().head_sha
    }

    /// How the freeze's status stands on the head of a pull request: its state and what it says.
    pub(crate) fn light(&self, number: u64) -> String {
        self.light_on(&self.head(number))
    }

    /// The same on any commit.
    pub(crate) fn light_on(&self, sha: &str) -> String {
        let statuses = self.world.github().statuses(sha);
        let own = statuses.iter().find(|status| status.context == CONTEXT);
        own.map_or_else(|| "none".to_owned(), |status| format!("{}: {}", status.state, status.description))
    }

    /// An administrator makes branches require the freeze's status from whomever, with more rules beside; gives the
    /// ruleset's id.
    pub(crate) async fn requires_the_check(&self, branches: &[&str], more: Vec<Value>) -> u64 {
        self.requires(branches, json!({"context": CONTEXT}), json!([]), more).await
    }

    /// An administrator makes branches require a check that some may pass, with more rules beside; gives the ruleset's id.
    pub(crate) async fn requires(&self, branches: &[&str], check: Value, passers: Value, more: Vec<Value>) -> u64 {
        let include: Vec<String> = branches.iter().map(|branch| format!("refs/heads/{branch}")).collect();
        let check = json!({"type": "required_status_checks", "parameters": {
            "strict_required_status_checks_policy": false, "required_status_checks": [check],
        }});
        let rules: Vec<Value> = std::iter::once(check).chain(more).collect();
        let ruleset = json!({
            "name": format!("merges into {}", branches.join(", ")), "target": "branch", "enforcement": "active",
            "bypass_actors": passers, "rules": rules, "conditions": {"ref_name": {"include": include, "exclude": []}},
        });
        self.world.github().set_permission("alice-gh", Permission::Admin);
        let id = self.world.github().add_ruleset("alice-gh", ruleset).await.unwrap();
        self.settle().await;
        id
    }

    /// A story whose bot is a GitHub App, the one with the id [`APP`], and not somebody with a token, and closes by statuses.
    pub(crate) async fn begin_as_app() -> Self {
        let by_statuses = "[projects.api.freeze]\nat_once = false\n[projects.api.environments.staging]";
        let alter = |toml: &str| as_app(toml).replace("[projects.api.environments.staging]", by_statuses);
        Self::begin_in(with_app(), alter).await
    }

    /// A person merges a pull request a second from now; whether GitHub lets them.
    pub(crate) async fn merges(&self, login: &str, pull: u64) -> bool {
        self.world.clock().advance(TimeDelta::seconds(1));
        let merged = self.world.github().merge_pull_request(login, pull, MergeMethod::Squash).await.is_ok();
        self.settle().await;
        merged
    }

    /// How often the incidents say this.
    pub(crate) fn alarms(&self, words: &str) -> usize {
        self.shown("Incidents").matches(words).count()
    }

    /// What stands behind "On GitHub:" in the newest announcement of a freeze in a place.
    pub(crate) fn announced(&self, place: &str) -> String {
        let shown = self.shown(place);
        let line = shown.lines().rev().find(|line| line.contains("On GitHub: "));
        line.unwrap_or_else(|| panic!("nothing is announced:\n{shown}")).split_once("On GitHub: ").unwrap().1.to_owned()
    }
}

/// A world in which the bot is a GitHub App.
pub(crate) fn with_app() -> WorldSettings {
    let mut settings = WorldSettings::default();
    settings.github.app = Some(App { id: APP, installation: 5678 });
    settings
}

/// The bot acts as a GitHub App instead of with a person's token.
pub(crate) fn as_app(bot_toml: &str) -> String {
    let token = format!("token = \"{}\"\n", WorldSettings::default().github.token);
    let key = app_private_key_pem();
    bot_toml.replace(&token, &format!("app_id = {APP}\ninstallation_id = 5678\nprivate_key = '''\n{key}'''\n"))
}
