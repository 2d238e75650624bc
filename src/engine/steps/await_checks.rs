//! Waits until the checks of a branch or tag are green, and names those that are not.

use super::context::{Observation, StepContext, StepError};
use crate::{
    domain::release::{fact::Outcome, setback::GitSetback},
    messages::stops::Stop,
};

pub(super) async fn look(
    context: &StepContext<'_>,
    git_ref: Option<&str>,
    named: &[String],
) -> Result<Observation, StepError> {
    if !context.project.checks && named.is_empty() {
        return Ok(Observation::Done(Outcome::Nothing));
    }
    let commit = match git_ref {
        Some(git_ref) => commit_of(context, git_ref).await?,
        None => context.release.head().to_owned(),
    };
    let git_ref = git_ref.unwrap_or(&context.release.spec.branch).to_owned();
    let checks = context.repository.checks(&commit).await?;
    if !checks.failed.is_empty() {
        let failed = checks.failed.join(", ");
        return Err(Stop::Checks { git_ref: git_ref.as_str(), failed: failed.as_str() }.into());
    }
    if !checks.pending.is_empty() {
        return Ok(Observation::not_yet(GitSetback::ChecksRun { git_ref, checks: checks.pending }));
    }
    if checks.passed.is_empty() {
        return Ok(Observation::not_yet(GitSetback::ChecksToCome { git_ref, checks: vec![] }));
    }
    let missing: Vec<String> = named.iter().filter(|name| !checks.passed.contains(name)).cloned().collect();
    if !missing.is_empty() {
        return Ok(Observation::not_yet(GitSetback::ChecksToCome { git_ref, checks: missing }));
    }
    Ok(Observation::Done(Outcome::Nothing))
}

async fn commit_of(context: &StepContext<'_>, git_ref: &str) -> Result<String, StepError> {
    if let Some(commit) = context.repository.branch(git_ref).await? {
        return Ok(commit);
    }
    let tag = context.repository.tag_or_gone(git_ref).await?;
    Ok(tag.ok_or(Stop::NoRef { name: git_ref })?.commit)
}
