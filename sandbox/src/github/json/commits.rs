//! Commits, tags and changed files.

use serde_json::{Value, json};

use crate::github::{
    GitHub,
    ask::encode,
    history::Changed,
    objects::{Commit, Signature, Tag},
};

fn signature(signature: &Signature) -> Value {
    json!({"name": signature.name, "email": signature.email, "date": signature.date()})
}

fn unsigned() -> Value {
    json!({"verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null})
}

impl GitHub {
    fn verification(&self, commit: &Commit) -> Value {
        if !self.is_signed(&commit.sha) {
            return unsigned();
        }
        let at = commit.committer.date();
        json!({"verified": true, "reason": "valid", "signature": "a signature", "payload": "", "verified_at": at})
    }

    fn author_json(&self, signature: &Signature) -> Value {
        if signature.email == "noreply@github.com" {
            return self.user_json(&crate::github::User::new("web-flow", "GitHub"));
        }
        let user = self.state().user_by_email(&signature.email).cloned();
        user.map_or(Value::Null, |user| self.user_json(&user))
    }

    fn parents_json(&self, commit: &Commit, path: &str) -> Value {
        let parent = |sha: &String| json!({"sha": sha, "url": self.url(&format!("{path}/{sha}")), "html_url": self.html(&format!("/commit/{sha}"))});
        commit.parents.iter().map(parent).collect()
    }

    fn tree_link(&self, sha: &str) -> Value {
        json!({"sha": sha, "url": self.url(&format!("/git/trees/{sha}"))})
    }

    /// A commit as `git/commits` shows it.
    pub(in crate::github) fn git_commit_json(&self, commit: &Commit) -> Value {
        let sha = &commit.sha;
        json!({
            "sha": sha, "node_id": format!("C_{sha}"), "url": self.url(&format!("/git/commits/{sha}")),
            "html_url": self.html(&format!("/commit/{sha}")), "author": signature(&commit.author),
            "committer": signature(&commit.committer), "tree": self.tree_link(&commit.tree),
            "message": commit.message, "parents": self.parents_json(commit, "/git/commits"),
            "verification": self.verification(commit),
        })
    }

    /// A commit as `commits` shows it.
    pub(in crate::github) fn commit_json(&self, commit: &Commit) -> Value {
        let sha = &commit.sha;
        let url = self.url(&format!("/commits/{sha}"));
        json!({
            "sha": sha, "node_id": format!("C_{sha}"), "url": url, "comments_url": format!("{url}/comments"),
            "html_url": self.html(&format!("/commit/{sha}")),
            "commit": {
                "author": signature(&commit.author), "committer": signature(&commit.committer),
                "message": commit.message, "tree": self.tree_link(&commit.tree),
                "url": self.url(&format!("/git/commits/{sha}")), "comment_count": 0,
                "verification": self.verification(commit),
            },
            "author": self.author_json(&commit.author), "committer": self.author_json(&commit.committer),
            "parents": self.parents_json(commit, "/commits"),
        })
    }

    /// A commit as push events and workflow runs mention it.
    pub(in crate::github) fn mentioned_commit_json(&self, commit: &Commit) -> Value {
        let who = |signature: &Signature| {
            let user = self.state().user_by_email(&signature.email).map(|user| user.login.clone());
            let mut who = json!({"name": signature.name, "email": signature.email});
            if let Some(login) = user {
                who["username"] = json!(login);
            }
            who
        };
        json!({
            "id": commit.sha, "tree_id": commit.tree, "distinct": true, "message": commit.message,
            "timestamp": commit.committer.date(), "url": self.html(&format!("/commit/{}", commit.sha)),
            "author": who(&commit.author), "committer": who(&commit.committer),
        })
    }

    pub(in crate::github) fn tag_json(&self, tag: &Tag) -> Value {
        let Tag { sha, object, kind, name, message, .. } = tag;
        json!({
            "node_id": format!("T_{sha}"), "tag": name, "sha": sha, "url": self.url(&format!("/git/tags/{sha}")),
            "message": message, "tagger": signature(&tag.tagger),
            "object": {"type": kind, "sha": object, "url": self.url(&format!("/git/{kind}s/{object}"))},
            "verification": unsigned(),
        })
    }

    pub(in crate::github) fn file_json(&self, file: &Changed, commit: &str) -> Value {
        let path = encode(&file.path);
        let mut json = json!({
            "sha": file.sha, "filename": file.path, "status": file.status, "additions": file.additions,
            "deletions": file.deletions, "changes": file.additions + file.deletions,
            "blob_url": self.html(&format!("/blob/{commit}/{path}")),
            "raw_url": self.html(&format!("/raw/{commit}/{path}")),
            "contents_url": self.url(&format!("/contents/{path}?ref={commit}")),
        });
        if let Some(previous) = &file.previous {
            json["previous_filename"] = json!(previous);
        }
        if let Some(patch) = &file.patch {
            json["patch"] = json!(patch);
        }
        json
    }
}
