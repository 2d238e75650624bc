//! The `push` event: which commits a ref gained, and which files they touched.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{GitHub, changes::kind_and_name, people::User, problem::Problem, repository::Move};

/// GitHub names no more commits than this in one event.
const MOST_COMMITS: &str = "--max-count=250";

impl GitHub {
    pub(super) async fn send_push(&self, actor: &User, moved: &Move, before: Option<&str>) -> Result<(), Problem> {
        if self.0.webhooks.url().is_none() {
            return Ok(());
        }
        let nothing = "0".repeat(40);
        let tip = self.repository().find_ref(&moved.name).map(|found| found.commit);
        let (kind, short) = kind_and_name(&moved.name);
        let mut commits = Vec::new();
        if let (Some(tip), "branch") = (&tip, kind) {
            commits = self.gained(short, before, tip).await?;
        }
        let forced = match (before, &tip) {
            (Some(before), Some(tip)) => !self.repository().is_ancestor(before, tip).await?,
            _ => false,
        };
        let head = match &tip {
            Some(tip) => self.repository().commit(tip).await?.map(|commit| self.mentioned_commit_json(&commit)),
            None => None,
        };
        let head = commits.last().cloned().or(head);
        let (old, new) = (moved.old.as_deref().unwrap_or(&nothing), moved.new.as_deref().unwrap_or(&nothing));
        let compare = self.html(&format!("/compare/{}...{}", &old[..12], &new[..12]));
        let payload = json!({
            "ref": moved.name, "before": old, "after": new, "created": moved.old.is_none(),
            "deleted": moved.new.is_none(), "forced": forced, "base_ref": self.base_ref(kind, tip.as_deref()),
            "compare": compare, "commits": commits, "head_commit": head,
            "pusher": {"name": actor.login, "email": actor.email()},
        });
        self.send("push", actor, payload);
        Ok(())
    }

    /// The branch that a new tag lies on.
    fn base_ref(&self, kind: &str, tip: Option<&str>) -> Value {
        let found = self.repository().refs("refs/heads/").into_iter().find(|found| Some(found.commit.as_str()) == tip);
        found.filter(|_| kind == "tag").map_or(Value::Null, |found| json!(found.name))
    }

    /// The commits that a branch gained, oldest first; a new branch gained what no other branch has.
    async fn gained(&self, branch: &str, before: Option<&str>, tip: &str) -> Result<Vec<Value>, Problem> {
        let range = match before {
            Some(before) => format!("{before}..{tip}"),
            None => tip.to_owned(),
        };
        let exclude = format!("--exclude={branch}");
        let mut arguments = vec!["-c", "core.quotePath=false", "log", "--reverse", "--topo-order", "--name-status"];
        arguments.extend(["--no-renames", "--diff-merges=first-parent", "--format=%x02%H", MOST_COMMITS, &range]);
        if before.is_none() {
            arguments.extend(["--not", &exclude, "--branches"]);
        }
        let text = self.repository().git.text(&arguments, b"").await?;
        let mut gained = Vec::new();
        for part in text.split('\x02').filter(|part| !part.is_empty()) {
            let mut lines = part.lines();
            let sha = lines.next().unwrap_or_default();
            let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (letter, path) in lines.filter_map(|line| line.split_once('\t')) {
                let list = match letter {
                    "A" => "added",
                    "D" => "removed",
                    _ => "modified",
                };
                files.entry(list).or_default().push(path);
            }
            let Some(commit) = self.repository().commit(sha).await? else { continue };
            let mut json = self.mentioned_commit_json(&commit);
            for list in ["added", "removed", "modified"] {
                json[list] = json!(files.remove(list).unwrap_or_default());
            }
            gained.push(json);
        }
        Ok(gained)
    }
}
