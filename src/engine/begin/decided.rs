//! A release that was decided on, and what its first step will look at.

use crate::{domain::release::ReleaseSpec, github::Repository};

/// A release that was decided on.
pub struct DecidedOn {
    /// What it will be.
    pub spec: ReleaseSpec,
    /// The blobs that its first step will write anew.
    pub blobs: Vec<String>,
}

impl DecidedOn {
    /// Reads what the first step of the release will look at first, through a handle for a start. What cannot be read now is read
    /// then.
    pub async fn read_ahead(&self, repository: &Repository) {
        let writes = self.spec.plan.steps.first().is_some_and(|planned| !planned.step.commits().is_empty());
        if writes && let Err(problem) = repository.read_ahead(&self.spec.source_commit, &self.blobs).await {
            tracing::info!(%problem, "what a release begins with could not be read ahead");
        }
    }
}
