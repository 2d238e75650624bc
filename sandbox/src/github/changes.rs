//! What follows when refs move: the events that GitHub sends, and what becomes of pull requests.

use std::collections::HashSet;

use serde_json::json;

use super::{
    GitHub,
    people::User,
    problem::Problem,
    repository::{Move, Ref},
    state::{Merged, Pull},
};

impl GitHub {
    /// Moves refs and lets everything follow; false when git refuses.
    pub(super) async fn move_refs(&self, actor: &User, moves: &[Move]) -> Result<bool, Problem> {
        let before: Vec<Option<Ref>> = moves.iter().map(|moved| self.repository().find_ref(&moved.name)).collect();
        if !self.repository().move_refs(moves).await? {
            return Ok(false);
        }
        for (moved, before) in moves.iter().zip(before) {
            self.refs_moved(actor, moved, before.map(|found| found.commit)).await?;
        }
        Ok(true)
    }

    /// Lets everything follow from a ref that has moved; `before` is the commit it stood for.
    pub(super) async fn refs_moved(&self, actor: &User, moved: &Move, before: Option<String>) -> Result<(), Problem> {
        // GitHub tells of branches and tags only (its documentation of the events *push* and *create*).
        if !moved.name.starts_with("refs/heads/") && !moved.name.starts_with("refs/tags/") {
            return Ok(());
        }
        let (kind, short) = kind_and_name(&moved.name);
        let verb = match (&moved.old, &moved.new) {
            (None, _) => "created",
            (_, None) => "deleted",
            _ => "moved",
        };
        self.state().count(format!("{kind} {short} {verb}"));
        let mut event = json!({"ref": short, "ref_type": kind, "pusher_type": "user"});
        if moved.old.is_none() {
            event["master_branch"] = json!(self.settings().default_branch);
            event["description"] = json!(null);
            self.send("create", actor, event);
        } else if moved.new.is_none() {
            self.send("delete", actor, event);
        }
        self.send_push(actor, moved, before.as_deref()).await?;
        if kind == "branch" {
            self.branch_moved(actor, short, before.as_deref()).await?;
            self.wake_queue();
            if let Some(tip) = self.repository().branch(short) {
                self.start_pushed_runs(actor, (kind, short), &tip).await?;
                if self.is_checked(short) {
                    self.start_ci(short, &tip).await?;
                }
            }
        } else if let Some(tag) = self.repository().find_ref(&moved.name) {
            self.start_pushed_runs(actor, (kind, short), &tag.commit).await?;
        }
        Ok(())
    }

    async fn branch_moved(&self, actor: &User, branch: &str, before: Option<&str>) -> Result<(), Problem> {
        let concerned = |pull: &&Pull| pull.open && (pull.head == branch || pull.base == branch);
        let numbers: Vec<u64> = self.state().pulls.values().filter(concerned).map(|pull| pull.number).collect();
        let tip = self.repository().branch(branch);
        let gained = self.gained_by(before, tip.as_deref()).await?;
        for number in numbers {
            let Some(pull) = self.find_pull(number) else { continue };
            let Some(tip) = &tip else {
                self.close_pull(actor, number, None);
                continue;
            };
            if pull.base == branch {
                let untouched = |gained: &HashSet<String>| !pull.commits.iter().any(|sha| gained.contains(sha));
                if gained.as_ref().is_some_and(untouched) {
                    // Many pull requests wait for the same branch: what lies between the two is as it was.
                    self.change_pull(number, |pull| pull.base_sha.clone_from(tip));
                } else if self.repository().is_ancestor(&pull.head_sha, tip).await? {
                    let sha = self.brought_by(&pull.head_sha, tip).await?;
                    self.close_pull(actor, number, Some(Merged { at: self.now(), by: actor.login.clone(), sha }));
                } else {
                    self.refresh_pull(number).await?;
                }
                continue;
            }
            self.refresh_pull(number).await?;
            if self.find_pull(number).is_some_and(|pull| pull.commits.is_empty()) {
                // A head that holds nothing new any more: GitHub closes such a pull request without merging it.
                self.close_pull(actor, number, None);
                continue;
            }
            let more = json!({"before": before, "after": tip});
            self.send_pull(actor, number, "synchronize", more).await?;
            self.start_ci(branch, tip).await?;
        }
        Ok(())
    }

    /// The commits that a branch gained by moving forward; none if it did not move forward.
    async fn gained_by(&self, before: Option<&str>, tip: Option<&str>) -> Result<Option<HashSet<String>>, Problem> {
        let (Some(before), Some(tip)) = (before, tip) else { return Ok(None) };
        if !self.repository().is_ancestor(before, tip).await? {
            return Ok(None);
        }
        let range = format!("{before}..{tip}");
        let gained = self.repository().git.text(&["rev-list", &range], b"").await?;
        Ok(Some(gained.lines().map(str::to_owned).collect()))
    }

    /// The first commit on the branch's own line that holds `head`.
    async fn brought_by(&self, head: &str, tip: &str) -> Result<String, Problem> {
        let range = format!("{head}..{tip}");
        let arguments = ["rev-list", "--first-parent", "--ancestry-path", "--reverse", &range];
        let text = self.repository().git.text(&arguments, b"").await?;
        Ok(text.lines().next().unwrap_or(head).to_owned())
    }
}

/// What a ref is, and its short name.
pub(super) fn kind_and_name(name: &str) -> (&'static str, &str) {
    match name.strip_prefix("refs/tags/") {
        Some(short) => ("tag", short),
        None => ("branch", name.strip_prefix("refs/heads/").unwrap_or(name)),
    }
}
