//! What an account and its token may do below the repository, in GitHub's words when they may not.

use axum::http::Method;

use super::{
    GitHub,
    answer::Refusal,
    ask::Ask,
    people::{Permission, User},
};

impl GitHub {
    /// Takes a permission from the bot's token, such as `administration` or `statuses`, or gives it back.
    pub fn withhold(&self, permission: &str, withhold: bool) {
        let mut state = self.state();
        state.withheld.retain(|held| held != permission);
        if withhold {
            state.withheld.push(permission.to_owned());
        }
    }

    /// Refuses what whoever asks may not do.
    pub(super) fn permits(&self, ask: &Ask, path: &[&str]) -> Result<(), Refusal> {
        let Some(permission) = needed(&ask.method, path) else { return Ok(()) };
        if ask.actor.login == self.settings().bot.login && self.state().withheld.iter().any(|held| held == permission) {
            let what = if ask.by_app() { "integration" } else { "personal access token" };
            let refusal = Refusal::new(403, format!("Resource not accessible by {what}"));
            let access = if ask.method == Method::GET { "read" } else { "write" };
            let headers = vec![("x-accepted-github-permissions", format!("{permission}={access}"))];
            return Err(Refusal { headers, ..refusal });
        }
        let least = match (permission, &ask.method) {
            ("administration", _) => Permission::Admin,
            (_, &Method::GET) => Permission::Read,
            // Anybody who sees a pull request may talk about it.
            _ if matches!(path, ["issues", _, "comments"] | ["pulls", _, "reviews"]) => Permission::Read,
            _ => Permission::Write,
        };
        // GitHub does not say that there is something one may not touch.
        if may(&ask.actor, least) { Ok(()) } else { Err(Refusal::not_found()) }
    }

    /// Whether whoever asks may administrate the repository.
    pub(super) fn administrates(&self, actor: &User) -> bool {
        let bot = actor.login == self.settings().bot.login;
        let withheld = bot && self.state().withheld.iter().any(|held| held == "administration");
        may(actor, Permission::Admin) && !withheld
    }
}

fn may(actor: &User, least: Permission) -> bool {
    match least {
        Permission::Admin => actor.permission == Permission::Admin,
        Permission::Write => actor.permission != Permission::Read,
        Permission::Read => true,
    }
}

/// The permission of a fine-grained token that a request needs, as GitHub names it.
fn needed(method: &Method, path: &[&str]) -> Option<&'static str> {
    let reads = method == Method::GET;
    match path {
        ["branches", .., "protection"] => Some("administration"),
        ["rulesets", "rule-suites", ..] => Some("administration"),
        ["rulesets", ..] if !reads => Some("administration"),
        ["teams"] => Some("administration"),
        ["statuses", _] => Some("statuses"),
        ["commits", .., "status" | "statuses"] => Some("statuses"),
        ["check-runs", ..] | ["commits", .., "check-runs" | "check-suites"] => Some("checks"),
        ["pulls", _, "merge"] if !reads => Some("contents"),
        ["pulls", ..] => Some("pull_requests"),
        ["issues", ..] | ["labels", ..] => Some("issues"),
        ["actions", ..] => Some("actions"),
        ["deployments", ..] => Some("deployments"),
        ["git" | "contents" | "merges" | "releases", ..] => Some("contents"),
        _ => None,
    }
}
