//! What a deploy brings: the digest of the artifact, and that of the configuration it runs with.

use ring::digest::{SHA256, digest};

use super::{GitHub, loose::hex};

/// What stands somewhere after a deploy.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shipped {
    /// The digest of the artifact, as `sha256:…`.
    pub digest: String,
    /// The digest of the configuration, as `sha256:…`.
    pub config: String,
}

impl GitHub {
    /// Lets the next artifact or deployment for an environment have this digest (`sha256:…`), as if somebody had built
    /// it anew; several wait in line.
    pub fn next_digest(&self, environment: &str, digest: &str) {
        self.state().digests.entry(environment.to_owned()).or_default().push_back(digest.to_owned());
    }

    /// Changes the configuration of an environment: whatever is deployed there from now on reports this digest of it.
    pub fn set_config(&self, environment: &str, digest: &str) {
        self.state().configs.insert(environment.to_owned(), digest.to_owned());
    }

    /// The digest of what is built from a commit, the same in every run.
    pub fn artifact_digest(&self, sha: &str) -> String {
        sha256(&format!("{}/{}@{sha}", self.settings().owner, self.settings().name))
    }

    /// The digest of an environment's configuration; every environment has the same one until it is changed.
    pub fn config_digest(&self, environment: &str) -> String {
        let changed = self.state().configs.get(environment).cloned();
        changed.unwrap_or_else(|| sha256("the configuration of every environment"))
    }

    /// What a deployment has brought; none if it has not come that far.
    pub fn shipped(&self, deployment: u64) -> Option<Shipped> {
        self.state().shipped.get(&deployment).cloned()
    }

    /// Decides on what a deploy of `sha` brings: what was told, else what was asked for, else what the commit gives.
    pub(super) fn ship(&self, deployment: u64, environment: &str, sha: &str, wanted: Option<&str>) -> Shipped {
        let config = self.config_digest(environment);
        let own = || wanted.map_or_else(|| self.artifact_digest(sha), str::to_owned);
        let told = self.state().digests.get_mut(environment).and_then(std::collections::VecDeque::pop_front);
        let shipped = Shipped { digest: told.unwrap_or_else(own), config };
        self.state().shipped.insert(deployment, shipped.clone());
        shipped
    }
}

/// The SHA-256 of a text, as container images write it.
pub fn sha256(text: &str) -> String {
    format!("sha256:{}", hex(digest(&SHA256, text.as_bytes()).as_ref()))
}
