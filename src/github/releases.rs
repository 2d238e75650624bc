//! Release pages.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    address,
    model::ReleasePage,
    problem::{GithubProblem, GithubResult},
    repository::Repository,
};

#[derive(Deserialize)]
struct ShownRelease {
    #[serde(default)]
    html_url: String,
    tag_name: String,
    #[serde(default)]
    id: u64,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    immutable: bool,
    #[serde(default)]
    assets: Vec<Asset>,
}

#[derive(Deserialize)]
struct Asset {
    name: String,
}

impl Repository {
    /// The published release of a tag; nothing if there is none.
    pub async fn release_by_tag(&self, tag: &str) -> GithubResult<Option<ReleasePage>> {
        let path = format!("/releases/tags/{}", address::git_name(tag)?);
        Ok(self.find::<ShownRelease>(self.get(format!("release `{tag}`"), path)).await?.map(ReleasePage::from))
    }

    /// Publishes a release of a tag that exists: GitHub would make a missing one, at the default branch. Whether it becomes
    /// the latest is left to GitHub's order of versions, so a hotfix of an old line does not. `AlreadyExists` if the tag
    /// has one.
    pub async fn publish_release(&self, tag: &str, name: &str, body: &str) -> GithubResult<ReleasePage> {
        address::git_name(tag)?;
        let body = json!({ "tag_name": tag, "name": name, "body": body, "make_latest": "legacy" });
        Ok(self.post(format!("release `{tag}`"), "/releases", body).await?.read::<ShownRelease>()?.into())
    }

    /// Makes a release of a tag that exists, which only those who may write see until it is published.
    pub async fn draft_release(&self, tag: &str, name: &str, body: &str) -> GithubResult<ReleasePage> {
        address::git_name(tag)?;
        let body = json!({ "tag_name": tag, "name": name, "body": body, "draft": true });
        Ok(self.post(format!("draft of release `{tag}`"), "/releases", body).await?.read::<ShownRelease>()?.into())
    }

    /// The newest draft of a tag, among the hundred newest releases; nothing if there is none.
    pub async fn draft_of(&self, tag: &str) -> GithubResult<Option<ReleasePage>> {
        let found: Vec<ShownRelease> = self.read(self.get("releases", "/releases").with("per_page", "100")).await?;
        Ok(found.into_iter().find(|release| release.draft && release.tag_name == tag).map(ReleasePage::from))
    }

    /// Publishes a draft as it is.
    pub async fn publish_draft(&self, id: u64) -> GithubResult<ReleasePage> {
        let (path, body) = (format!("/releases/{id}"), json!({ "draft": false, "make_latest": "legacy" }));
        let answer = self.change(Method::PATCH, format!("draft {id}"), path, body).await?;
        Ok(answer.read::<ShownRelease>()?.into())
    }

    /// Whether what is published cannot be changed any more. To a token without *Administration: read* GitHub does not say:
    /// then the releases that are there have to.
    pub async fn releases_are_immutable(&self) -> GithubResult<bool> {
        match self.send(self.get("immutable releases", "/immutable-releases")).await {
            Ok(_) => Ok(true),
            Err(GithubProblem::NotFound(_) | GithubProblem::Forbidden(_)) => Ok(false),
            Err(problem) => Err(problem),
        }
    }
}

impl From<ShownRelease> for ReleasePage {
    fn from(shown: ShownRelease) -> Self {
        let assets = shown.assets.into_iter().map(|asset| asset.name).collect();
        Self { url: shown.html_url, tag: shown.tag_name, id: shown.id, immutable: shown.immutable, assets }
    }
}
