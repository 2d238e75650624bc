//! Branches: where they are, made, moved, deleted.

use http::Method;
use serde_json::json;

use super::{
    address,
    git_ref::Ref,
    problem::{GithubProblem, GithubResult},
    repository::Repository,
    request::GitHubAnswer,
};

impl Repository {
    /// The last commit of a branch; nothing if there is no such branch.
    pub async fn branch(&self, name: &str) -> GithubResult<Option<String>> {
        // Many ask this, and none of them is to carry about what it takes.
        Ok(Box::pin(self.ref_of("heads", name)).await?.map(|found| found.object.sha))
    }

    /// The same for a branch that should be there: nothing only where a list that GitHub shows lacks it. A 404 alone says no
    /// more than that it was not shown.
    pub async fn branch_or_gone(&self, name: &str) -> GithubResult<Option<String>> {
        match self.branch(name).await? {
            Some(commit) => Ok(Some(commit)),
            None => self.listed("heads", name).await,
        }
    }

    /// The branches whose names begin with `prefix`, with their last commits.
    pub async fn branches_with_prefix(&self, prefix: &str) -> GithubResult<Vec<(String, String)>> {
        self.refs_with_prefix("heads", prefix).await
    }

    /// Makes a branch. `AlreadyExists` if there is one of that name, wherever it points.
    pub async fn create_branch(&self, name: &str, sha: &str) -> GithubResult<()> {
        address::git_name(name)?;
        let body = json!({ "ref": format!("refs/heads/{name}"), "sha": sha });
        self.post(format!("branch `{name}`"), "/git/refs", body).await.map(drop)
    }

    /// Moves a branch. Without `force` only forward: `Refused` if that would lose commits.
    pub async fn move_branch(&self, name: &str, sha: &str, force: bool) -> GithubResult<()> {
        let path = format!("/git/refs/heads/{}", address::git_name(name)?);
        let body = json!({ "sha": sha, "force": force });
        self.change(Method::PATCH, format!("branch `{name}`"), path, body).await.map(drop)
    }

    /// Deletes a branch; that it is not there is fine.
    pub async fn delete_branch(&self, name: &str) -> GithubResult<()> {
        let path = format!("/git/refs/heads/{}", address::git_name(name)?);
        let deleted = self.delete(format!("branch `{name}`"), path).await;
        self.is_gone("heads", name, deleted).await
    }

    /// Whether a ref is not there any more: one that was not found may be there, and the token may not see that it is.
    pub(super) async fn is_gone(
        &self,
        space: &str,
        name: &str,
        deleted: GithubResult<GitHubAnswer>,
    ) -> GithubResult<()> {
        match deleted {
            Err(GithubProblem::NotFound(what)) => match self.listed(space, name).await? {
                None => Ok(()),
                Some(_) => Err(GithubProblem::NotFound(what)),
            },
            other => other.map(drop),
        }
    }

    /// What a ref points at, as the list of all refs that begin like it has it.
    pub(super) async fn listed(&self, space: &str, name: &str) -> GithubResult<Option<String>> {
        let refs = self.refs_with_prefix(space, name).await?;
        Ok(refs.into_iter().find(|(found, _)| found == name).map(|(_, object)| object))
    }

    /// Short names and objects of the refs in `space` (`heads` or `tags`) that begin with `prefix`: this list has no pages.
    pub(super) async fn refs_with_prefix(&self, space: &str, prefix: &str) -> GithubResult<Vec<(String, String)>> {
        let refs = self.whole_refs(space, prefix).await?;
        let space = format!("refs/{space}/");
        let short = |found: Ref| Some((found.name.strip_prefix(&space)?.to_owned(), found.object.sha));
        Ok(refs.into_iter().filter_map(short).collect())
    }

    /// The refs in `space` that begin with `prefix`.
    pub(super) async fn whole_refs(&self, space: &str, prefix: &str) -> GithubResult<Vec<Ref>> {
        self.read(self.get(space, format!("/git/matching-refs/{space}/{}", address::prefix(prefix)?))).await
    }
}
