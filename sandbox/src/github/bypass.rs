//! Who may pass a ruleset: teams, apps, roles and single accounts on its bypass list.

use serde_json::Value;

use super::{
    GitHub,
    people::{Permission, User},
};

/// Whether, and how, an account may pass a ruleset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bypass {
    Never,
    ByPullRequest,
    Always,
    Exempt,
}

impl Bypass {
    /// GitHub's word in `current_user_can_bypass`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::ByPullRequest => "pull_requests_only",
            Self::Always => "always",
            Self::Exempt => "exempt",
        }
    }
}

impl GitHub {
    /// How far an account may pass a ruleset.
    pub(super) fn bypass(&self, actor: &User, set: &Value) -> Bypass {
        let list = set["bypass_actors"].as_array().into_iter().flatten();
        let found = list.filter(|entry| self.is_meant(actor, entry)).map(|entry| match entry["bypass_mode"].as_str() {
            Some("pull_request") => Bypass::ByPullRequest,
            Some("exempt") => Bypass::Exempt,
            _ => Bypass::Always,
        });
        found.max().unwrap_or(Bypass::Never)
    }

    fn is_meant(&self, actor: &User, entry: &Value) -> bool {
        let id = entry["actor_id"].as_u64();
        match entry["actor_type"].as_str() {
            Some("Team") => self.state().teams.iter().any(|team| Some(team.id) == id && team.has(&actor.login)),
            Some("Integration") => {
                let app = self.settings().app.map(|app| app.id);
                app.is_some() && app == id && actor.login == self.settings().bot.login
            }
            Some("OrganizationAdmin") => self.settings().organization_owners.contains(&actor.login),
            Some("User") => id == Some(actor.id),
            // The roles by GitHub's numbers: 1 read, 2 maintain, 3 triage, 4 write, 5 admin.
            Some("RepositoryRole") => match id {
                Some(2 | 5) => actor.permission == Permission::Admin,
                Some(4) => actor.permission != Permission::Read,
                Some(1 | 3) => true,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a bypass list may name this; what does not exist may not be named.
    pub(super) fn knows_actor(&self, entry: &Value) -> bool {
        let id = entry["actor_id"].as_u64();
        match entry["actor_type"].as_str() {
            Some("Team") => self.state().teams.iter().any(|team| Some(team.id) == id),
            Some("Integration") => self.settings().app.is_some_and(|app| Some(app.id) == id),
            Some("User") => self.state().users.iter().any(|user| Some(user.id) == id),
            Some("RepositoryRole") => matches!(id, Some(1..=5)),
            _ => true,
        }
    }
}
