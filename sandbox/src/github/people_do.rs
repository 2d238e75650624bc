//! What people do on GitHub while the bot watches: push, review, merge, close, tag.

use super::{
    GitHub,
    answer::Refusal,
    changes::kind_and_name,
    objects::{Commit, Tag},
    people::{User, web_flow},
    problem::Problem,
    pulls::MergeWish,
    repository::{Move, is_ref_name},
    rest::pulls::new_pull,
    rules::Change,
};
use std::collections::BTreeMap;

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MergeMethod {
    /// A merge commit with two parents.
    #[default]
    Merge,
    /// One new commit with everything.
    Squash,
    /// Every commit again, on top of the base.
    Rebase,
}

impl GitHub {
    /// Adds an account, or changes the one with the same login.
    pub fn add_user(&self, user: User) {
        let mut state = self.state();
        state.users.retain(|known| known.login != user.login);
        state.users.push(user);
    }

    /// Every account.
    pub fn users(&self) -> Vec<User> {
        self.state().users.clone()
    }

    /// The account with this login; made if there is none.
    pub(super) fn person(&self, login: &str) -> User {
        let mut state = self.state();
        if let Some(user) = state.user(login) {
            return user.clone();
        }
        let user = User::new(login, login);
        state.users.push(user.clone());
        user
    }

    /// Pushes one commit that writes `path` to a branch, and gives its sha. Fails if there is no such branch.
    pub async fn push_commit(
        &self,
        login: &str,
        branch: &str,
        path: &str,
        content: &str,
        message: &str,
    ) -> Result<String, Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        let tip = self.tip(branch)?;
        let tree = self.repository().write_file(&tip, path, content.as_bytes()).await?;
        let author = person.signs(self.now());
        let committer = author.clone();
        let parents = vec![tip.clone()];
        let commit = Commit { sha: String::new(), tree, parents, author, committer, message: message.to_owned() };
        let sha = self.repository().store_commit(commit).await?.sha;
        self.person_moves(&person, &format!("refs/heads/{branch}"), Some(sha.clone())).await?;
        Ok(sha)
    }

    /// Creates a branch at another branch, a tag or a sha. Fails if it exists or `from` does not.
    pub async fn create_branch(&self, login: &str, branch: &str, from: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let name = format!("refs/heads/{branch}");
        if self.repository().find_ref(&name).is_some() {
            return Err(Refusal::invalid("Reference already exists").into());
        }
        let sha = self.repository().resolve(from).await?.ok_or_else(Refusal::not_found)?;
        self.person_moves(&self.person(login), &name, Some(sha)).await
    }

    /// Deletes a branch. Fails if there is none.
    pub async fn delete_branch(&self, login: &str, branch: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        self.tip(branch)?;
        self.person_moves(&self.person(login), &format!("refs/heads/{branch}"), None).await
    }

    /// Sets a branch to a commit, forward or not, like a forced push.
    pub async fn reset_branch(&self, login: &str, branch: &str, to: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let sha = self.repository().resolve(to).await?.ok_or_else(Refusal::not_found)?;
        self.person_moves(&self.person(login), &format!("refs/heads/{branch}"), Some(sha)).await
    }

    /// Creates an annotated tag, or moves it if it exists.
    pub async fn move_tag(&self, login: &str, tag: &str, to: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        let object = self.repository().resolve(to).await?.ok_or_else(Refusal::not_found)?;
        let (name, kind, sha, message) = (tag.to_owned(), "commit".to_owned(), String::new(), tag.to_owned());
        let tagger = person.signs(self.now());
        let object = Tag { sha, object, kind, name, tagger, message };
        let sha = self.repository().git.store("tag", object.write()).await?;
        self.person_moves(&person, &format!("refs/tags/{tag}"), Some(sha)).await
    }

    /// Deletes a tag.
    pub async fn delete_tag(&self, login: &str, tag: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        self.person_moves(&self.person(login), &format!("refs/tags/{tag}"), None).await
    }

    /// Opens a pull request and gives its number. Fails as GitHub would.
    pub async fn open_pull_request(&self, login: &str, head: &str, base: &str, title: &str) -> Result<u64, Problem> {
        let _turn = self.0.turn.write().await;
        let person = self.person(login);
        let pull = new_pull(self, &person, head, base).await?;
        let pull = super::state::Pull { title: title.to_owned(), ..pull };
        self.open_pull(&person, pull).await
    }

    /// Merges a pull request and gives the sha of the result. Fails as GitHub would, for instance on a conflict.
    pub async fn merge_pull_request(&self, login: &str, number: u64, method: MergeMethod) -> Result<String, Problem> {
        let _turn = self.0.turn.write().await;
        let wish = MergeWish { method, title: None, message: None, sha: None };
        Ok(self.merge_pull(&self.person(login), number, wish).await?)
    }

    /// Closes a pull request without merging it. Fails if it is not open.
    pub async fn close_pull_request(&self, login: &str, number: u64) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        if !self.find_pull(number).is_some_and(|pull| pull.open) {
            return Err(Refusal::not_found().into());
        }
        self.close_pull(&self.person(login), number, None);
        Ok(())
    }

    /// Dispatches a workflow as a person and gives the run's id. Fails if the workflow or the ref is unknown.
    pub async fn dispatch(
        &self,
        login: &str,
        workflow: &str,
        reference: &str,
        inputs: BTreeMap<String, String>,
    ) -> Result<u64, Problem> {
        let _turn = self.0.turn.write().await;
        let workflow = self.find_workflow(workflow).cloned().ok_or_else(Refusal::not_found)?;
        let sha = self.repository().resolve(reference).await?.ok_or_else(Refusal::not_found)?;
        self.dispatch_run(&self.person(login), &workflow, reference, &sha, inputs).await
    }

    /// Runs the latest run of a workflow once more, as a person. Fails if it has not ended, or there is none.
    pub async fn run_again(&self, login: &str, workflow: &str) -> Result<(), Problem> {
        let _turn = self.0.turn.write().await;
        let ended = {
            let state = self.state();
            let latest = state.runs.iter().rfind(|run| run.workflow == workflow);
            latest.filter(|run| run.conclusion.is_some()).map(|run| run.id)
        };
        self.rerun(&self.person(login), ended.ok_or_else(Refusal::not_found)?);
        Ok(())
    }

    pub(super) fn tip(&self, branch: &str) -> Result<String, Problem> {
        let missing = || Problem::Refused(format!("there is no branch {branch}"));
        self.repository().branch(branch).ok_or_else(missing)
    }

    pub(super) async fn person_moves(&self, person: &User, name: &str, new: Option<String>) -> Result<(), Problem> {
        let (kind, short) = kind_and_name(name);
        let old = self.repository().find_ref(name).map(|found| found.sha);
        if old == new {
            return Ok(());
        }
        let change = match (&old, &new) {
            (None, _) => Change::Create,
            (_, None) => Change::Delete,
            (Some(old), Some(new)) => {
                Change::Update { forced: kind == "branch" && !self.repository().is_ancestor(old, new).await? }
            }
        };
        let moves = old.is_some() && new.is_some();
        let unchecked = || self.unchecked(person, name, new.as_deref()).filter(|_| moves);
        if let Some(rule) = self.forbids(person, name, change).or_else(unchecked) {
            return Err(Problem::Refused(format!("GH013: {rule}")));
        }
        let moved = Move { name: name.to_owned(), old, new };
        if !is_ref_name(name) || !self.move_refs(person, &[moved]).await? {
            return Err(Problem::Refused(format!("git refuses to change the {kind} {short}")));
        }
        Ok(())
    }

    /// The signature of GitHub itself at this moment.
    pub(super) fn web_flow(&self) -> super::objects::Signature {
        web_flow(self.now())
    }
}
