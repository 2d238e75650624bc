//! Release pages.

use serde::Deserialize;
use serde_json::json;

use super::{address, model::ReleasePage, problem::GithubResult, repository::Repository};

#[derive(Deserialize)]
struct ShownRelease {
    #[serde(default)]
    html_url: String,
    tag_name: String,
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
}

impl From<ShownRelease> for ReleasePage {
    fn from(shown: ShownRelease) -> Self {
        Self { url: shown.html_url, tag: shown.tag_name }
    }
}
