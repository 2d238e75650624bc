//! What people do to the code with git on their own machines: several files at once, merges with conflicts resolved,
//! reverts, cherry-picks.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{GitHub, objects::Commit, objects::Signature, people::User, problem::Problem};

impl GitHub {
    /// Pushes one commit that writes or, without a content, removes several files, and gives its sha. Fails if there is
    /// no such branch.
    pub async fn push_files(
        &self,
        login: &str,
        branch: &str,
        files: &[(&str, Option<&str>)],
        message: &str,
    ) -> Result<String, Problem> {
        let _turn = self.0.turn.write().await;
        let (person, tip) = (self.person(login), self.tip(branch)?);
        let tree = self.with_files(&tip, files).await?;
        let signed = person.signs(self.now());
        self.push_made(&person, branch, tree, vec![tip], (signed, message.to_owned())).await
    }

    /// The files that conflict when `theirs` is merged into `ours`; none if it merges cleanly. Fails if a name stands
    /// for nothing.
    pub async fn conflicts(&self, ours: &str, theirs: &str) -> Result<Vec<String>, Problem> {
        let (ours, theirs) = (self.named(ours).await?, self.named(theirs).await?);
        Ok(self.merge_on_disk(&ours, &theirs, None).await?.1)
    }

    /// Merges a branch, tag or commit into a branch, resolves the conflicts with these contents, pushes the merge, and
    /// gives its sha. Fails if a file conflicts that is not among them.
    pub async fn push_merge(
        &self,
        login: &str,
        into: &str,
        from: &str,
        resolved: &[(&str, &str)],
    ) -> Result<String, Problem> {
        let _turn = self.0.turn.write().await;
        let (person, tip, theirs) = (self.person(login), self.tip(into)?, self.named(from).await?);
        let (tree, conflicts) = self.merge_on_disk(&tip, &theirs, None).await?;
        let open = |path: &&String| !resolved.iter().any(|(known, _)| known == path);
        let open: Vec<&str> = conflicts.iter().filter(open).map(String::as_str).collect();
        if !open.is_empty() {
            return Err(Problem::Refused(format!("conflicts are left in {}", open.join(", "))));
        }
        let files: Vec<(&str, Option<&str>)> = resolved.iter().map(|(path, text)| (*path, Some(*text))).collect();
        let tree = self.with_files(&tree, &files).await?;
        let signed = person.signs(self.now());
        let message = format!("Merge branch '{from}' into {into}");
        self.push_made(&person, into, tree, vec![tip, theirs], (signed, message)).await
    }

    /// Reverts a commit on a branch as `git revert` does, a merge against its first parent, and gives the new sha.
    /// Fails if that conflicts.
    pub async fn revert(&self, login: &str, branch: &str, sha: &str) -> Result<String, Problem> {
        let _turn = self.0.turn.write().await;
        let (person, tip, commit) = (self.person(login), self.tip(branch)?, self.commit_at(sha).await?);
        let parent = first_parent(&commit)?;
        let tree = self.merged_cleanly(&tip, parent, &commit.sha).await?;
        let how = match commit.parents.len() {
            1 => format!("This reverts commit {}.", commit.sha),
            _ => format!("This reverts commit {}, reversing\nchanges made to {parent}.", commit.sha),
        };
        let message = format!("Revert \"{}\"\n\n{how}", commit.subject());
        let signed = person.signs(self.now());
        self.push_made(&person, branch, tree, vec![tip], (signed, message)).await
    }

    /// Picks a commit onto a branch as `git cherry-pick -x` does, and gives the new sha. Fails if that conflicts.
    pub async fn cherry_pick(&self, login: &str, branch: &str, sha: &str) -> Result<String, Problem> {
        let _turn = self.0.turn.write().await;
        let (person, tip, commit) = (self.person(login), self.tip(branch)?, self.commit_at(sha).await?);
        let tree = self.merged_cleanly(&tip, &commit.sha, first_parent(&commit)?).await?;
        let message = format!("{}\n\n(cherry picked from commit {})", commit.message.trim_end(), commit.sha);
        self.push_made(&person, branch, tree, vec![tip], (commit.author, message)).await
    }

    async fn with_files(&self, base: &str, files: &[(&str, Option<&str>)]) -> Result<String, Problem> {
        let mut changes = BTreeMap::new();
        for (path, content) in files {
            let leaf = match content {
                Some(text) => {
                    let blob = self.repository().git.store("blob", text.as_bytes().to_vec()).await?;
                    Some(("100644".to_owned(), blob))
                }
                None => None,
            };
            changes.insert((*path).to_owned(), leaf);
        }
        self.repository().change_tree(Some(base), changes).await
    }

    async fn push_made(
        &self,
        person: &User,
        branch: &str,
        tree: String,
        parents: Vec<String>,
        (author, message): (Signature, String),
    ) -> Result<String, Problem> {
        let committer = person.signs(self.now());
        let commit = Commit { sha: String::new(), tree, parents, author, committer, message };
        let sha = self.repository().store_commit(commit).await?.sha;
        self.person_moves(person, &format!("refs/heads/{branch}"), Some(sha.clone())).await?;
        Ok(sha)
    }

    /// The tree of a merge, and the files that conflict; `base` stands in for the real merge base if given.
    async fn merge_on_disk(
        &self,
        ours: &str,
        theirs: &str,
        base: Option<&str>,
    ) -> Result<(String, Vec<String>), Problem> {
        let base = base.map(|base| format!("--merge-base={base}"));
        let mut arguments = vec!["-c", "core.quotePath=false", "merge-tree", "--write-tree", "--no-messages"];
        arguments.push("--name-only");
        arguments.extend(base.as_deref());
        arguments.extend([ours, theirs]);
        let merged = self.repository().git.run(&arguments, b"").await?;
        if !matches!(merged.code, 0 | 1) {
            return Err(Problem::Git(merged.err));
        }
        let text = merged.text();
        let mut lines = text.lines().filter(|line| !line.is_empty()).map(str::to_owned);
        Ok((lines.next().unwrap_or_default(), lines.collect()))
    }

    async fn merged_cleanly(&self, ours: &str, theirs: &str, base: &str) -> Result<String, Problem> {
        let (tree, conflicts) = self.merge_on_disk(ours, theirs, Some(base)).await?;
        if conflicts.is_empty() {
            return Ok(tree);
        }
        Err(Problem::Refused(format!("it conflicts in {}", conflicts.join(", "))))
    }

    async fn named(&self, name: &str) -> Result<String, Problem> {
        let missing = || Problem::Refused(format!("{name} stands for no commit"));
        self.repository().resolve(name).await?.ok_or_else(missing)
    }

    async fn commit_at(&self, name: &str) -> Result<Commit, Problem> {
        let sha = self.named(name).await?;
        let missing = || Problem::Refused(format!("there is no commit {sha}"));
        self.repository().commit(&sha).await?.ok_or_else(missing)
    }

    /// The number of the merged pull request that brought a commit, or that this commit merged; none if it was pushed
    /// directly.
    pub fn pull_request_of(&self, sha: &str) -> Option<u64> {
        let state = self.state();
        let merged = |pull: &&super::state::Pull| {
            let merge = pull.merged.as_ref();
            merge.is_some_and(|merge| merge.sha == sha || pull.commits.iter().any(|commit| commit == sha))
        };
        state.pulls.values().find(merged).map(|pull| pull.number)
    }

    /// Says that a draft is ready for review. Fails if there is no such draft.
    pub async fn ready_for_review(&self, login: &str, number: u64) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        if !self.find_pull(number).is_some_and(|pull| pull.open && pull.draft) {
            return Err(Problem::Refused(format!("#{number} is no open draft")));
        }
        self.change_pull(number, |pull| pull.draft = false);
        self.send_pull(&self.person(login), number, "ready_for_review", Value::Null).await
    }
}

fn first_parent(commit: &Commit) -> Result<&str, Problem> {
    let none = || Problem::Refused(format!("{} has no parent", commit.sha));
    commit.parents.first().map(String::as_str).ok_or_else(none)
}
