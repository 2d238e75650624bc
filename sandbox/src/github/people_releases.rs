//! What people and CI do with release pages, and what cannot be done any more once a page is immutable: GitHub's
//! documentation, "Immutable releases": of what is published, the tag is neither moved nor deleted, and no asset is added,
//! changed or removed; a draft may still be changed. "Cannot upload assets to an immutable release" is GitHub's answer (as
//! seen in softprops/action-gh-release#653).

use serde_json::json;

use super::{GitHub, answer::Refusal, problem::Problem, stamp};

impl GitHub {
    /// Makes what is published from now on immutable, or not.
    pub fn make_releases_immutable(&self, immutable: bool) {
        self.state().immutable_releases = immutable;
    }

    /// Uploads an asset to the release page of a tag, a draft's too. Fails as GitHub would.
    pub fn upload_asset(&self, login: &str, tag: &str, name: &str) -> Result<(), Problem> {
        let by = self.person(login);
        let (id, now) = (self.state().next_id(), stamp(self.now()));
        let (uploader, url) = (self.user_json(&by), self.url(&format!("/releases/assets/{id}")));
        let mut state = self.state();
        let release = state.releases.iter_mut().rev().find(|release| release["tag_name"] == tag);
        let release = release.ok_or_else(Refusal::not_found)?;
        if release["immutable"] == true {
            return Err(Problem::Refused("422 Cannot upload assets to an immutable release".to_owned()));
        }
        let asset = json!({
            "id": id, "node_id": format!("RA_{id}"), "url": url, "browser_download_url": url, "name": name,
            "label": null, "state": "uploaded", "content_type": "application/octet-stream", "size": 1, "digest": null,
            "download_count": 0, "created_at": now, "updated_at": now, "uploader": uploader,
        });
        if let Some(assets) = release["assets"].as_array_mut() {
            assets.push(asset);
        }
        Ok(())
    }

    /// A release page that was there before, with these assets.
    pub fn add_release_page(&self, tag: &str, assets: &[&str]) {
        let (id, now) = (self.state().next_id(), stamp(self.now()));
        let immutable = self.state().immutable_releases;
        let assets: Vec<serde_json::Value> = assets.iter().map(|name| json!({"name": name})).collect();
        let page = json!({
            "id": id, "url": self.url(&format!("/releases/{id}")), "html_url": self.html(&format!("/releases/tag/{tag}")),
            "tag_name": tag, "name": tag, "draft": false, "prerelease": false, "immutable": immutable, "assets": assets,
            "created_at": now, "published_at": now, "body": "",
        });
        self.state().releases.push(page);
    }

    /// A person publishes the draft of a tag. Fails if there is none.
    pub fn publish_draft(&self, login: &str, tag: &str) -> Result<(), Problem> {
        let by = self.person(login);
        let published = {
            let now = stamp(self.now());
            let mut state = self.state();
            let immutable = state.immutable_releases;
            let draft = |release: &&mut serde_json::Value| release["tag_name"] == tag && release["draft"] == true;
            let release = state.releases.iter_mut().find(draft).ok_or_else(Refusal::not_found)?;
            (release["draft"], release["published_at"], release["immutable"]) =
                (json!(false), json!(now), json!(immutable));
            release.clone()
        };
        self.send("release", &by, json!({"action": "published", "release": published}));
        Ok(())
    }

    /// What the release pages are: tag, whether it is a draft, and the names of its assets.
    pub fn release_pages(&self) -> Vec<(String, bool, Vec<String>)> {
        let name = |asset: &serde_json::Value| asset["name"].as_str().unwrap_or_default().to_owned();
        let page = |release: &serde_json::Value| {
            let assets = release["assets"].as_array().into_iter().flatten().map(name).collect();
            (release["tag_name"].as_str().unwrap_or_default().to_owned(), release["draft"] == true, assets)
        };
        self.state().releases.iter().map(page).collect()
    }

    /// Why a tag is where it is for good, if its page is immutable.
    pub(super) fn is_sealed(&self, name: &str) -> Option<String> {
        let tag = name.strip_prefix("refs/tags/")?;
        let state = self.state();
        let sealed = state.releases.iter().any(|release| release["tag_name"] == tag && release["immutable"] == true);
        sealed.then(|| format!("Cannot change tag {tag}: it belongs to an immutable release"))
    }
}
