//! Deployments: asked for, and what CD says of them. And what a workflow run built.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    address,
    model::{Deployment, LatestDeployment, RunStatus},
    problem::GithubResult,
    repository::Repository,
};

#[derive(Deserialize)]
struct ShownDeployment {
    id: u64,
    sha: String,
    #[serde(rename = "ref")]
    git_ref: String,
    created_at: DateTime<Utc>,
    #[serde(default)]
    payload: Value,
}

#[derive(Deserialize)]
struct ShownDeploymentStatus {
    state: String,
    description: Option<String>,
    target_url: Option<String>,
    log_url: Option<String>,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Artifacts {
    #[serde(default)]
    artifacts: Vec<Artifact>,
}

#[derive(Deserialize)]
struct Artifact {
    digest: Option<String>,
}

impl Repository {
    /// Asks CD to deploy a branch or tag to an environment; `payload` is for CD to read. Checks are not looked at again.
    pub async fn create_deployment(&self, git_ref: &str, environment: &str, payload: &Value) -> GithubResult<u64> {
        address::git_name(git_ref)?;
        let body = json!({
            "ref": git_ref, "environment": environment, "payload": payload, "auto_merge": false,
            "required_contexts": [], "description": "Asked for by Shipmate",
        });
        let what = format!("deployment of `{git_ref}` to {environment}");
        Ok(self.post(what, "/deployments", body).await?.read::<ShownDeployment>()?.id)
    }

    /// The newest deployment of a branch or tag to an environment with this value in its payload's `key`; nothing if
    /// there is none.
    pub async fn find_deployment(
        &self,
        git_ref: &str,
        environment: &str,
        (key, value): (&str, &str),
    ) -> GithubResult<Option<u64>> {
        let shown = self.deployments_of(git_ref, environment).await?;
        Ok(shown.into_iter().find(|shown| payload(&shown.payload)[key] == value).map(|shown| shown.id))
    }

    /// What was deployed to an environment and ended well, newest first: up to `most`, among its ten newest deployments.
    pub async fn deployed_to(&self, environment: &str, most: usize) -> GithubResult<Vec<LatestDeployment>> {
        let call = self.get(format!("deployments to {environment}"), "/deployments");
        let call = call.with("environment", environment).with("per_page", "10");
        let mut all = vec![];
        for shown in self.read::<Vec<ShownDeployment>>(call).await? {
            let payload = payload(&shown.payload);
            let named = |key: &str| payload[key].as_str().map(str::to_owned);
            let (git_ref, version, tag) = (shown.git_ref.clone(), named("version"), named("tag"));
            let deployment = self.with_statuses(shown).await?;
            if deployment.status == RunStatus::Succeeded {
                all.push(LatestDeployment { git_ref, version, tag, deployment });
            }
            if all.len() == most {
                break;
            }
        }
        Ok(all)
    }

    /// How a deployment stands.
    pub async fn deployment(&self, id: u64) -> GithubResult<Deployment> {
        let shown: ShownDeployment =
            self.read(self.get(format!("deployment {id}"), format!("/deployments/{id}"))).await?;
        self.with_statuses(shown).await
    }

    /// How a deployment stands that GitHub does not find by itself, as the list of those of its branch or tag has it: nothing
    /// if that lacks it too.
    pub async fn listed_deployment(
        &self,
        git_ref: &str,
        environment: &str,
        id: u64,
    ) -> GithubResult<Option<Deployment>> {
        let found = self.deployments_of(git_ref, environment).await?.into_iter().find(|shown| shown.id == id);
        match found {
            Some(shown) => self.with_statuses(shown).await.map(Some),
            None => Ok(None),
        }
    }

    async fn deployments_of(&self, git_ref: &str, environment: &str) -> GithubResult<Vec<ShownDeployment>> {
        let call = self
            .get(format!("deployments to {environment}"), "/deployments")
            .with("ref", git_ref)
            .with("environment", environment);
        self.all(call, |page: Vec<ShownDeployment>| page).await
    }

    async fn with_statuses(&self, shown: ShownDeployment) -> GithubResult<Deployment> {
        let id = shown.id;
        let call = self.get(format!("deployment {id}"), format!("/deployments/{id}/statuses"));
        let statuses: Vec<ShownDeploymentStatus> = self.read(call).await?;
        // What CD names once stays true for what it says later.
        let named = |word: &str| statuses.iter().find_map(|status| digest_after(word, status.description.as_deref()?));
        let latest = statuses.iter().max_by_key(|status| status.created_at);
        let url = |status: &ShownDeploymentStatus| {
            let pages = [&status.log_url, &status.target_url];
            pages.into_iter().flatten().find(|page| !page.is_empty()).cloned()
        };
        Ok(Deployment {
            commit: shown.sha,
            created_at: shown.created_at,
            updated_at: latest.map_or(shown.created_at, |status| status.created_at),
            url: latest.and_then(url).unwrap_or_default(),
            // A deployment that was followed by another is inactive, however it ended.
            status: match latest.map(|status| status.state.as_str()) {
                _ if statuses.iter().any(|status| status.state == "success") => RunStatus::Succeeded,
                Some(word @ ("failure" | "error" | "inactive")) => RunStatus::Failed(word.to_owned()),
                _ => RunStatus::Going,
            },
            digest: named("digest"),
            config: named("config"),
        })
    }

    /// The digest of the one artifact that a workflow run uploaded; nothing if there is none or there are several.
    pub async fn artifact_digest(&self, run: u64) -> GithubResult<Option<String>> {
        let call = self.get(format!("artifacts of run {run}"), format!("/actions/runs/{run}/artifacts"));
        let mut found: Vec<Artifact> = self.read::<Artifacts>(call).await?.artifacts;
        Ok(if found.len() == 1 { found.remove(0).digest } else { None })
    }
}

/// A payload is an object, or its text.
pub(super) fn payload(payload: &Value) -> Value {
    payload.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| payload.clone())
}

/// The `sha256:…` that follows a word.
pub(super) fn digest_after(word: &str, text: &str) -> Option<String> {
    let mut words = text.split([' ', ',', '=']).skip_while(|found| *found != word).skip(1);
    let digest = words.next()?;
    let hex = digest.strip_prefix("sha256:")?;
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| digest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_named_in_a_status() {
        let (one, other) = (format!("sha256:{}", "a1".repeat(32)), format!("sha256:{}", "b2".repeat(32)));
        let text = format!("rolled out, digest {one}, config={other}");
        assert_eq!(digest_after("digest", &text), Some(one));
        assert_eq!(digest_after("config", &text), Some(other));
        assert_eq!(digest_after("digest", "digest sha256:abc"), None);
        assert_eq!(digest_after("digest", ""), None);
    }

    #[test]
    fn a_payload_may_be_text() {
        assert_eq!(payload(&json!("{\"step\": \"7\"}"))["step"], "7");
        assert_eq!(payload(&json!({"step": "7"}))["step"], "7");
    }
}
