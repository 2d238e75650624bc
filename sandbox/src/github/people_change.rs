//! What people change about pull requests and about the repository's rules: anything that the REST API lets them.

use axum::http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use super::{
    GitHub,
    ask::{Ask, encode},
    people::Permission,
    problem::Problem,
    routes,
};

impl GitHub {
    /// Gives an account another permission; the account is made if there is none.
    pub fn set_permission(&self, login: &str, permission: Permission) {
        let user = self.person(login).with(permission);
        self.add_user(user);
    }

    /// Asks the REST API for something below the repository as a person, such as `PATCH /pulls/7`, and gives the body
    /// of the answer.
    ///
    /// # Errors
    /// GitHub's refusal, as [`Problem::Refused`].
    pub async fn ask_as(&self, login: &str, method: Method, path: &str, body: Value) -> Result<Value, Problem> {
        let _turn = self.0.turn.write().await;
        let actor = self.person(login);
        let address = format!("/repos/{}/{}{path}", self.settings().owner, self.name());
        let uri: Uri = address.parse().map_err(|_| Problem::Refused(format!("{path} is not a path")))?;
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let (base, wire) = (&self.0.base, self.0.wire.clone());
        let ask = Ask::new(method, &uri, HeaderMap::new(), &body, actor, base, wire);
        let answer = routes::answer(self, &ask).await?;
        Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
    }

    /// Gives an open pull request another base. Fails if there is no such branch.
    pub async fn retarget_pull_request(&self, login: &str, number: u64, base: &str) -> Result<(), Problem> {
        self.ask_as(login, Method::PATCH, &format!("/pulls/{number}"), json!({"base": base})).await.map(drop)
    }

    /// Opens a closed pull request again. Fails if it was merged or a branch of it is gone.
    pub async fn reopen_pull_request(&self, login: &str, number: u64) -> Result<(), Problem> {
        self.ask_as(login, Method::PATCH, &format!("/pulls/{number}"), json!({"state": "open"})).await.map(drop)
    }

    /// Puts a label on a pull request; the label is made if there is none. Fails if there is no such pull request.
    pub async fn add_label(&self, login: &str, number: u64, label: &str) -> Result<(), Problem> {
        let path = format!("/issues/{number}/labels");
        self.ask_as(login, Method::POST, &path, json!({"labels": [label]})).await.map(drop)
    }

    /// Takes a label off a pull request. Fails if it does not bear it.
    pub async fn remove_label(&self, login: &str, number: u64, label: &str) -> Result<(), Problem> {
        let path = format!("/issues/{number}/labels/{}", encode(label));
        self.ask_as(login, Method::DELETE, &path, Value::Null).await.map(drop)
    }

    /// Pushes one commit that writes `path` to the branch of a pull request, and gives its sha. Fails if there is no
    /// such pull request, or its branch is gone.
    pub async fn push_to_pull_request(
        &self,
        login: &str,
        number: u64,
        path: &str,
        content: &str,
        message: &str,
    ) -> Result<String, Problem> {
        let missing = || Problem::Refused(format!("there is no pull request #{number}"));
        let head = self.find_pull(number).ok_or_else(missing)?.head;
        self.push_commit(login, &head, path, content, message).await
    }

    /// Reports a status on a commit, as an outside check does. Fails as GitHub would.
    pub async fn set_status(
        &self,
        login: &str,
        sha: &str,
        context: &str,
        state: &str,
        description: &str,
    ) -> Result<(), Problem> {
        let status = json!({"context": context, "state": state, "description": description});
        self.ask_as(login, Method::POST, &format!("/statuses/{sha}"), status).await.map(drop)
    }

    /// Adds a ruleset as the REST API takes it, and gives its id. Fails as GitHub would; it takes an administrator.
    pub async fn add_ruleset(&self, login: &str, ruleset: Value) -> Result<u64, Problem> {
        let made = self.ask_as(login, Method::POST, "/rulesets", ruleset).await?;
        Ok(made["id"].as_u64().unwrap_or_default())
    }

    /// Changes the named keys of a ruleset. Fails as GitHub would; it takes an administrator.
    pub async fn change_ruleset(&self, login: &str, id: u64, changes: Value) -> Result<(), Problem> {
        self.ask_as(login, Method::PUT, &format!("/rulesets/{id}"), changes).await.map(drop)
    }

    /// Removes a ruleset. Fails if there is none; it takes an administrator.
    pub async fn remove_ruleset(&self, login: &str, id: u64) -> Result<(), Problem> {
        self.ask_as(login, Method::DELETE, &format!("/rulesets/{id}"), Value::Null).await.map(drop)
    }

    /// Every ruleset, as the REST API shows it.
    pub fn rulesets(&self) -> Vec<Value> {
        self.state().rulesets.clone()
    }

    /// Protects a branch in the classic way: `protection` is what the REST API takes, of which the four keys that it
    /// demands may be left out. Fails as GitHub would; it takes an administrator.
    pub async fn protect_branch(&self, login: &str, branch: &str, protection: Value) -> Result<(), Problem> {
        let mut whole = json!({
            "required_status_checks": null, "enforce_admins": null, "required_pull_request_reviews": null,
            "restrictions": null,
        });
        for (key, value) in protection.as_object().into_iter().flatten() {
            whole[key.as_str()] = value.clone();
        }
        let path = format!("/branches/{}/protection", encode(branch));
        self.ask_as(login, Method::PUT, &path, whole).await.map(drop)
    }

    /// Takes the classic protection of a branch away. Fails if there is none; it takes an administrator.
    pub async fn unprotect_branch(&self, login: &str, branch: &str) -> Result<(), Problem> {
        let path = format!("/branches/{}/protection", encode(branch));
        self.ask_as(login, Method::DELETE, &path, Value::Null).await.map(drop)
    }

    /// The classic protection of a branch, as the REST API shows it; none if there is none.
    pub fn protection(&self, branch: &str) -> Option<Value> {
        self.state().protections.get(branch).cloned()
    }
}
