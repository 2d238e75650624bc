//! Tags: followed to their commits, made, moved.

use chrono::{DateTime, Utc};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    address,
    git_ref::RefTarget,
    model::TagRef,
    problem::{GithubProblem, GithubResult},
    repository::{Made, Repository, bot_at},
};

/// How many tag objects may stand between a tag and its commit; git allows tags of tags.
const DEEPEST_TAG: usize = 5;

/// An annotated tag.
#[derive(Deserialize)]
struct TagObject {
    object: RefTarget,
    #[serde(default)]
    tagger: Option<Tagger>,
}

/// Who made it.
#[derive(Deserialize)]
struct Tagger {
    #[serde(default)]
    email: Option<String>,
}

impl Repository {
    /// A tag and its commit; nothing if there is no such tag. An annotated tag takes two requests.
    pub async fn tag(&self, name: &str) -> GithubResult<Option<TagRef>> {
        let what = format!("tag `{name}`");
        let Some(found) = Box::pin(self.ref_of("tags", name)).await? else { return Ok(None) };
        let object = found.object.sha.clone();
        let (mut target, mut tagger) = (found.object, None);
        for _ in 0..DEEPEST_TAG {
            if target.kind != "tag" {
                break;
            }
            let path = format!("/git/tags/{}", address::segment(&target.sha)?);
            let found: TagObject = self.read(self.get(&what, path)).await?;
            target = found.object;
            tagger = tagger.or_else(|| found.tagger?.email);
        }
        if target.kind != "commit" {
            return Err(GithubProblem::Unreadable(format!(
                "{what} does not lead to a commit but to a {}",
                target.kind
            )));
        }
        Ok(Some(TagRef { name: name.to_owned(), object, commit: target.sha, tagger }))
    }

    /// Whether there is a tag of this name; that there is none only where a list that GitHub shows lacks it.
    pub async fn has_tag(&self, name: &str) -> GithubResult<bool> {
        Ok(Box::pin(self.ref_of("tags", name)).await?.is_some() || self.listed("tags", name).await?.is_some())
    }

    /// The same for a tag that should be there: nothing only where a list that GitHub shows lacks it.
    pub async fn tag_or_gone(&self, name: &str) -> GithubResult<Option<TagRef>> {
        match self.tag(name).await? {
            Some(tag) => Ok(Some(tag)),
            None if self.listed("tags", name).await?.is_none() => Ok(None),
            None => Err(GithubProblem::NotFound(format!("tag `{name}`"))),
        }
    }

    /// The names of all tags.
    pub async fn tag_names(&self) -> GithubResult<Vec<String>> {
        Ok(self.tags_with_prefix("").await?.into_iter().map(|(name, _)| name).collect())
    }

    /// The tags whose names begin with `prefix`, with what their refs point at: a tag object for annotated tags, else the
    /// commit.
    pub async fn tags_with_prefix(&self, prefix: &str) -> GithubResult<Vec<(String, String)>> {
        self.refs_with_prefix("tags", prefix).await
    }

    /// Makes the object of an annotated tag, signed by the bot at `at`, and gives its id. Nobody sees it before
    /// `create_tag` names it; the same call again makes the same object.
    pub async fn create_tag_object(
        &self,
        tag: &str,
        message: &str,
        commit: &str,
        at: DateTime<Utc>,
    ) -> GithubResult<String> {
        address::git_name(tag)?;
        let tagger = bot_at(at);
        let body = json!({ "tag": tag, "message": message, "object": commit, "type": "commit", "tagger": tagger });
        Ok(self.post(format!("tag object `{tag}`"), "/git/tags", body).await?.read::<Made>()?.sha)
    }

    /// Names a tag object or a commit. `AlreadyExists` if there is a tag of that name, wherever it points.
    pub async fn create_tag(&self, tag: &str, object: &str) -> GithubResult<()> {
        address::git_name(tag)?;
        let body = json!({ "ref": format!("refs/tags/{tag}"), "sha": object });
        self.post(format!("tag `{tag}`"), "/git/refs", body).await.map(drop)
    }

    /// Deletes a tag; that it is not there is fine.
    pub async fn delete_tag(&self, name: &str) -> GithubResult<()> {
        let path = format!("/git/refs/tags/{}", address::git_name(name)?);
        let deleted = self.delete(format!("tag `{name}`"), path).await;
        self.is_gone("tags", name, deleted).await
    }

    /// Moves a tag, also where that is not forward.
    pub async fn move_tag(&self, tag: &str, object: &str) -> GithubResult<()> {
        let path = format!("/git/refs/tags/{}", address::git_name(tag)?);
        self.change(Method::PATCH, format!("tag `{tag}`"), path, json!({ "sha": object, "force": true }))
            .await
            .map(drop)
    }
}
