//! What an account and its token may do below the repository, in GitHub's words when they may not.

use axum::http::Method;

use super::{
    GitHub,
    answer::Refusal,
    ask::Ask,
    people::{Permission, User},
};

impl GitHub {
    /// Takes a permission from the bot's token, such as `administration` or `statuses`, or gives it back; with `=write` behind
    /// it only what changes something.
    pub fn withhold(&self, permission: &str, withhold: bool) {
        let mut state = self.state();
        state.withheld.retain(|held| held != permission);
        if withhold {
            state.withheld.push(permission.to_owned());
        }
    }

    /// Refuses what whoever asks may not do.
    pub(super) fn permits(&self, ask: &Ask, path: &[&str]) -> Result<(), Refusal> {
        if matches!(path, ["rulesets" | "rules", ..] | ["branches", .., "protection"]) {
            self.has_rulesets()?;
        }
        let Some(permission) = needed(&ask.method, path) else { return Ok(()) };
        if ask.actor.login == self.settings().bot.login && self.withholds(permission, ask.method != Method::GET) {
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

    /// Whether whoever asks may read and write the repository's contents.
    pub(super) fn writes_contents(&self, actor: &User) -> bool {
        let bot = actor.login == self.settings().bot.login;
        let withheld = bot && self.state().withheld.iter().any(|held| held == "contents");
        may(actor, Permission::Write) && !withheld
    }

    /// Whether whoever asks may administrate the repository.
    pub(super) fn administrates(&self, actor: &User) -> bool {
        let bot = actor.login == self.settings().bot.login;
        may(actor, Permission::Admin) && !(bot && self.withholds("administration", true))
    }

    pub(super) fn withholds(&self, permission: &str, writes: bool) -> bool {
        let write = format!("{permission}=write");
        self.state().withheld.iter().any(|held| held == permission || writes && *held == write)
    }

    /// Puts the repository on a plan without rulesets and protected branches, as a private one of a free account is, or on one
    /// with them.
    pub fn is_on_free_plan(&self, free: bool) {
        self.state().free_plan = free;
    }

    /// Rulesets and protected branches exist "in public repositories with GitHub Free [...], and in public and private ones with
    /// GitHub Pro, Team and Enterprise Cloud" (docs: About rulesets); elsewhere every request about them is answered like this
    /// (github/branch-deploy#345).
    fn has_rulesets(&self) -> Result<(), Refusal> {
        match self.state().free_plan {
            true => {
                Err(Refusal::new(403, "Upgrade to GitHub Pro or make this repository public to enable this feature."))
            }
            false => Ok(()),
        }
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
        ["teams" | "immutable-releases"] => Some("administration"),
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
