//! The life of a pull request: opened, refreshed when its branches move, merged in one of three ways, closed.

use serde_json::{Value, json};

use super::{
    GitHub,
    answer::Refusal,
    objects::Commit,
    people::{User, web_flow},
    people_do::MergeMethod,
    problem::Problem,
    repository::Move,
    state::{Merged, Pull},
};

/// What a merge was asked to be.
pub(super) struct MergeWish {
    pub method: MergeMethod,
    pub title: Option<String>,
    pub message: Option<String>,
    pub sha: Option<String>,
}

impl GitHub {
    pub(super) fn find_pull(&self, number: u64) -> Option<Pull> {
        self.state().pulls.get(&number).cloned()
    }

    /// Changes a pull request in place.
    pub(super) fn change_pull(&self, number: u64, change: impl FnOnce(&mut Pull)) {
        let now = self.now();
        if let Some(pull) = self.state().pulls.get_mut(&number) {
            change(pull);
            pull.updated = now;
        }
    }

    /// Makes GitHub answer `mergeable: null` the first time a pull request is read, as the real one often does.
    pub fn compute_mergeable_slowly(&self, slowly: bool) {
        self.state().slow_mergeable = slowly;
    }

    /// Reads the tips of both branches anew, and what lies between them.
    pub(super) async fn refresh_pull(&self, number: u64) -> Result<(), Problem> {
        let Some(pull) = self.find_pull(number) else { return Ok(()) };
        let (base, head) = (self.repository().branch(&pull.base), self.repository().branch(&pull.head));
        let (base, head) = (base.unwrap_or(pull.base_sha), head.unwrap_or(pull.head_sha));
        let git = &self.repository().git;
        let range = format!("{base}..{head}");
        let commits = git.text(&["rev-list", "--reverse", "--topo-order", &range], b"").await?;
        let files = git.run(&["diff", "--numstat", &format!("{base}...{head}")], b"").await?.text();
        let column = |line: &str, n: usize| -> u64 {
            line.split('\t').nth(n).and_then(|count| count.parse().ok()).unwrap_or_default()
        };
        self.change_pull(number, |pull| {
            pull.base_sha = base;
            pull.head_sha = head;
            pull.commits = commits.lines().map(str::to_owned).collect();
            pull.additions = files.lines().map(|line| column(line, 0)).sum();
            pull.deletions = files.lines().map(|line| column(line, 1)).sum();
            pull.changed_files = files.lines().count();
        });
        Ok(())
    }

    /// Opens a pull request between two existing branches and gives its number.
    pub(super) async fn open_pull(&self, actor: &User, mut pull: Pull) -> Result<u64, Problem> {
        let number = {
            let mut state = self.state();
            pull.number = state.next_number();
            pull.id = state.next_id();
            state.count(format!("pull request from {} to {}", pull.head, pull.base));
            state.pulls.insert(pull.number, pull.clone());
            pull.number
        };
        self.refresh_pull(number).await?;
        self.send_pull(actor, number, "opened", Value::Null).await?;
        if let Some(tip) = self.repository().branch(&pull.head) {
            self.start_ci(&pull.head, &tip).await?;
        }
        Ok(number)
    }

    /// Closes a pull request, as merged or not, and says so.
    pub(super) fn close_pull(&self, actor: &User, number: u64, merged: Option<Merged>) {
        let now = self.now();
        self.change_pull(number, |pull| {
            pull.open = false;
            pull.closed = Some(now);
            pull.merged = merged;
        });
        if let Some(pull) = self.find_pull(number) {
            let json = self.full_pull_json(&pull, None, "unknown");
            self.send("pull_request", actor, json!({"action": "closed", "number": number, "pull_request": json}));
        }
        self.wake_queue();
    }

    /// Sends a `pull_request` event with `more` keys beside the usual ones.
    pub(super) async fn send_pull(&self, actor: &User, number: u64, action: &str, more: Value) -> Result<(), Problem> {
        let Some(pull) = self.find_pull(number) else { return Ok(()) };
        // At this moment the real GitHub has not yet tried to merge.
        let json = self.full_pull_json(&pull, None, "unknown");
        let mut payload = json!({"action": action, "number": number, "pull_request": json});
        for (key, value) in more.as_object().into_iter().flatten() {
            payload[key.as_str()] = value.clone();
        }
        self.send("pull_request", actor, payload);
        Ok(())
    }

    /// Whether the two branches merge without a conflict.
    pub(super) async fn merges_cleanly(&self, pull: &Pull) -> Result<bool, Problem> {
        let tips = (pull.base_sha.clone(), pull.head_sha.clone());
        if let Some((base, head, clean)) = &pull.mergeable
            && (base, head) == (&tips.0, &tips.1)
        {
            return Ok(*clean);
        }
        let clean = self.repository().merge_trees(&tips.0, &tips.1, None).await?.is_some();
        if let Some(pull) = self.state().pulls.get_mut(&pull.number) {
            pull.mergeable = Some((tips.0, tips.1, clean));
        }
        Ok(clean)
    }

    /// Merges a pull request and gives the sha that the base branch has then.
    pub(super) async fn merge_pull(&self, actor: &User, number: u64, wish: MergeWish) -> Result<String, Refusal> {
        let not_mergeable = || Refusal::new(405, "Pull Request is not mergeable");
        let pull = self.find_pull(number).ok_or_else(Refusal::not_found)?;
        if !pull.open {
            return Err(not_mergeable());
        }
        if pull.draft {
            return Err(Refusal::new(405, "Pull Request is still a draft"));
        }
        if wish.sha.as_ref().is_some_and(|sha| *sha != pull.head_sha) {
            return Err(Refusal::new(409, "Head branch was modified. Review and try the merge again."));
        }
        let refused = self.refuses_method(actor, &pull.base, wish.method);
        if let Some(rule) = refused.or_else(|| self.what_blocks(actor, &pull)) {
            return Err(Refusal::new(405, rule));
        }
        let said = self.evaluations(actor, &pull);
        let sha = self.merged_commit(actor, &pull, &wish).await?.ok_or_else(not_mergeable)?;
        let name = format!("refs/heads/{}", pull.base);
        let moved = Move { name, old: Some(pull.base_sha.clone()), new: Some(sha.clone()) };
        if !self.repository().move_refs(std::slice::from_ref(&moved)).await? {
            return Err(Refusal::new(409, "Base branch was modified. Review and try the merge again."));
        }
        self.keep_suite(actor, &moved, said);
        let merged = Merged { at: self.now(), by: actor.login.clone(), sha: sha.clone() };
        // Marked before the push is looked at, which would otherwise find the head in the base by itself.
        self.change_pull(number, |pull| pull.open = false);
        self.refs_moved(actor, &moved, Some(pull.base_sha)).await?;
        self.close_pull(actor, number, Some(merged));
        Ok(sha)
    }

    /// Stores what the base would be after the merge, and gives its sha; none on a conflict.
    pub(super) async fn merged_commit(
        &self,
        actor: &User,
        pull: &Pull,
        wish: &MergeWish,
    ) -> Result<Option<String>, Problem> {
        match wish.method {
            MergeMethod::Merge => self.join(actor, pull, wish).await,
            MergeMethod::Squash => self.squash(pull, wish).await,
            MergeMethod::Rebase => self.replay(pull).await,
        }
    }

    async fn join(&self, actor: &User, pull: &Pull, wish: &MergeWish) -> Result<Option<String>, Problem> {
        let Some(tree) = self.repository().merge_trees(&pull.base_sha, &pull.head_sha, None).await? else {
            return Ok(None);
        };
        let owner = &self.settings().owner;
        let title = format!("Merge pull request #{} from {owner}/{}", pull.number, pull.head);
        let title = wish.title.clone().unwrap_or(title);
        let message = wish.message.clone().unwrap_or_else(|| pull.title.clone());
        let parents = vec![pull.base_sha.clone(), pull.head_sha.clone()];
        self.commit_as(actor, tree, parents, &title, &message).await.map(Some)
    }

    async fn squash(&self, pull: &Pull, wish: &MergeWish) -> Result<Option<String>, Problem> {
        let Some(tree) = self.repository().merge_trees(&pull.base_sha, &pull.head_sha, None).await? else {
            return Ok(None);
        };
        let title = wish.title.clone().unwrap_or_else(|| format!("{} (#{})", pull.title, pull.number));
        let message = wish.message.clone().unwrap_or_default();
        // Whoever opened the pull request is the author, not whoever pressed the button: so it is since December 2019 ("Improved
        // attribution when squashing commits" in GitHub's changelog).
        let author = self.person(&pull.author);
        self.commit_as(&author, tree, vec![pull.base_sha.clone()], &title, &message).await.map(Some)
    }

    async fn replay(&self, pull: &Pull) -> Result<Option<String>, Problem> {
        let mut tip = pull.base_sha.clone();
        for sha in &pull.commits {
            let Some(commit) = self.repository().commit(sha).await? else { return Ok(None) };
            let [parent] = &commit.parents[..] else { continue };
            let Some(tree) = self.repository().merge_trees(&tip, sha, Some(parent)).await? else { return Ok(None) };
            let committer = web_flow(self.now());
            let picked = Commit { tree, parents: vec![tip], committer, ..commit };
            tip = self.repository().store_commit(picked).await?.sha;
            self.leaves_unsigned(&tip);
        }
        Ok(Some(tip))
    }

    async fn commit_as(
        &self,
        actor: &User,
        tree: String,
        parents: Vec<String>,
        title: &str,
        message: &str,
    ) -> Result<String, Problem> {
        let message = if message.is_empty() { title.to_owned() } else { format!("{title}\n\n{message}") };
        let (author, committer) = (actor.signs(self.now()), web_flow(self.now()));
        let commit = Commit { sha: String::new(), tree, parents, author, committer, message };
        Ok(self.repository().store_commit(commit).await?.sha)
    }
}
