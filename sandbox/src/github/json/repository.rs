//! The repository, its users, its refs and its branches.

use serde_json::{Map, Value, json};

use crate::github::{GitHub, ask::encode, people::User, repository::Ref, stamp};

/// The parts of a repository that only have an address: the key's start and the path.
const ADDRESSES: [(&str, &str); 36] = [
    ("forks", "/forks"),
    ("keys", "/keys{/key_id}"),
    ("collaborators", "/collaborators{/collaborator}"),
    ("teams", "/teams"),
    ("hooks", "/hooks"),
    ("issue_events", "/issues/events{/number}"),
    ("events", "/events"),
    ("assignees", "/assignees{/user}"),
    ("branches", "/branches{/branch}"),
    ("tags", "/tags"),
    ("blobs", "/git/blobs{/sha}"),
    ("git_tags", "/git/tags{/sha}"),
    ("git_refs", "/git/refs{/sha}"),
    ("trees", "/git/trees{/sha}"),
    ("statuses", "/statuses/{sha}"),
    ("languages", "/languages"),
    ("stargazers", "/stargazers"),
    ("contributors", "/contributors"),
    ("subscribers", "/subscribers"),
    ("subscription", "/subscription"),
    ("commits", "/commits{/sha}"),
    ("git_commits", "/git/commits{/sha}"),
    ("comments", "/comments{/number}"),
    ("issue_comment", "/issues/comments{/number}"),
    ("contents", "/contents/{+path}"),
    ("compare", "/compare/{base}...{head}"),
    ("merges", "/merges"),
    ("archive", "/{archive_format}{/ref}"),
    ("downloads", "/downloads"),
    ("issues", "/issues{/number}"),
    ("pulls", "/pulls{/number}"),
    ("milestones", "/milestones{/number}"),
    ("notifications", "/notifications{?since,all,participating}"),
    ("labels", "/labels{/name}"),
    ("releases", "/releases{/id}"),
    ("deployments", "/deployments"),
];

impl GitHub {
    pub(in crate::github) fn user_json(&self, user: &User) -> Value {
        let (login, base) = (&user.login, &self.0.base);
        let url = format!("{base}/users/{}", encode(login));
        json!({
            "login": login, "id": user.id, "node_id": format!("U_{}", user.id),
            "avatar_url": format!("{base}/avatars/{}", user.id), "gravatar_id": "", "url": url,
            "html_url": format!("{base}/{}", encode(login)), "followers_url": format!("{url}/followers"),
            "following_url": format!("{url}/following{{/other_user}}"),
            "gists_url": format!("{url}/gists{{/gist_id}}"),
            "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{url}/subscriptions"), "organizations_url": format!("{url}/orgs"),
            "repos_url": format!("{url}/repos"), "events_url": format!("{url}/events{{/privacy}}"),
            "received_events_url": format!("{url}/received_events"),
            "type": if user.is_bot() { "Bot" } else { "User" }, "site_admin": false,
        })
    }

    /// The account with this login, null if there is none.
    pub(in crate::github) fn login_json(&self, login: &str) -> Value {
        let user = self.state().user(login).cloned();
        user.map_or(Value::Null, |user| self.user_json(&user))
    }

    pub(in crate::github) fn owner(&self) -> User {
        User::new(&self.settings().owner, &self.settings().owner)
    }

    pub(in crate::github) fn repository_json(&self) -> Value {
        let settings = self.settings();
        let (name, id) = (self.name(), crate::github::rename::ID);
        let full_name = format!("{}/{name}", settings.owner);
        let mut owner = self.user_json(&self.owner());
        owner["type"] = json!("Organization");
        let now = stamp(self.now());
        let open = self.state().pulls.values().filter(|pull| pull.open).count();
        let mut repository = json!({
            "id": id, "node_id": format!("R_{id}"), "name": name, "full_name": full_name,
            "private": true, "owner": owner, "html_url": self.html(""), "description": null, "fork": false,
            "url": self.url(""), "created_at": "2020-03-02T09:00:00Z", "updated_at": now, "pushed_at": now,
            "git_url": self.clone_url(), "ssh_url": format!("git@127.0.0.1:{full_name}.git"),
            "clone_url": self.clone_url(), "svn_url": self.html(""), "homepage": null, "size": 1, "language": "Rust",
            "mirror_url": null, "open_issues_count": open, "license": null, "topics": [], "visibility": "private",
            "open_issues": open, "default_branch": settings.default_branch,
        });
        repository["custom_properties"] = json!({});
        for key in ["stargazers_count", "watchers_count", "forks_count", "forks", "watchers"] {
            repository[key] = json!(0);
        }
        for key in ["has_issues", "has_projects", "has_downloads", "allow_forking"] {
            repository[key] = json!(true);
        }
        let flags = ["has_wiki", "has_pages", "has_discussions", "archived", "disabled", "is_template"];
        for key in flags.into_iter().chain(["web_commit_signoff_required"]) {
            repository[key] = json!(false);
        }
        repository["archived"] = json!(self.is_archived());
        for (key, path) in ADDRESSES {
            repository[format!("{key}_url")] = Value::String(self.url(path));
        }
        repository
    }

    /// The repository as push events describe it, with two moments as seconds.
    pub(in crate::github) fn pushed_repository_json(&self) -> Value {
        let mut repository = self.repository_json();
        repository["created_at"] = json!(1_583_139_600);
        repository["pushed_at"] = json!(self.now().timestamp());
        repository["owner"]["name"] = json!(self.settings().owner);
        repository["owner"]["email"] = json!(self.owner().email());
        repository["stargazers"] = json!(0);
        repository["master_branch"] = json!(self.settings().default_branch);
        repository
    }

    pub(in crate::github) fn ref_json(&self, found: &Ref) -> Value {
        let kind = &found.kind;
        json!({
            "ref": found.name, "node_id": format!("REF_{}", found.name),
            "url": self.url(&format!("/git/{}", encode(&found.name))),
            "object": {"sha": found.sha, "type": kind, "url": self.url(&format!("/git/{kind}s/{}", found.sha))},
        })
    }

    /// A branch in a list; the single one holds its whole commit.
    pub(in crate::github) fn branch_json(&self, name: &str, sha: &str) -> Value {
        let protected = self.is_protected(name);
        let url = self.url(&format!("/branches/{}/protection", encode(name)));
        let classic = self.state().protections.get(name).cloned().unwrap_or_default();
        let required = &classic["required_status_checks"];
        let level = match (required.is_null(), classic["enforce_admins"]["enabled"] == true) {
            (true, _) => "off",
            (false, true) => "everyone",
            (false, false) => "non_admins",
        };
        // Everybody who reads the branch sees what classic protection requires, and of whom.
        let listed = |key: &str| required[key].as_array().cloned().unwrap_or_default();
        let checks = json!({"enforcement_level": level, "contexts": listed("contexts"), "checks": listed("checks")});
        json!({
            "name": name, "commit": {"sha": sha, "url": self.url(&format!("/commits/{sha}"))}, "protected": protected,
            "protection": {"enabled": protected, "required_status_checks": checks}, "protection_url": url,
        })
    }

    pub(in crate::github) fn label_json(&self, id: u64, name: &str, color: &str, description: Option<&str>) -> Value {
        let mut label = Map::new();
        label.insert("id".into(), json!(id));
        label.insert("node_id".into(), json!(format!("LA_{id}")));
        label.insert("url".into(), json!(self.url(&format!("/labels/{}", encode(name)))));
        label.insert("name".into(), json!(name));
        label.insert("color".into(), json!(color));
        label.insert("default".into(), json!(false));
        label.insert("description".into(), json!(description));
        Value::Object(label)
    }
}
