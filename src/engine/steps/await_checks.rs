//! Waits until the checks of a branch or tag are green, and names those that are not.

use super::context::{Observation, StepContext, StepError};
use crate::{domain::release::fact::Outcome, messages::stops::Stop};

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
    let git_ref = git_ref.unwrap_or(&context.release.spec.branch);
    let checks = context.repository.checks(&commit).await?;
    if !checks.failed.is_empty() {
        let failed = checks.failed.join(", ");
        return Err(Stop::Checks { git_ref, failed: &failed }.into());
    }
    if !checks.pending.is_empty() {
        return Ok(Observation::NotYet(format!("checks are running on {git_ref}: {}", checks.pending.join(", "))));
    }
    if checks.passed.is_empty() {
        return Ok(Observation::NotYet(format!("no check of {git_ref} has reported yet")));
    }
    let missing: Vec<&str> = named.iter().filter(|name| !checks.passed.contains(name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Ok(Observation::NotYet(format!(
            "the check {} of {git_ref} has not reported yet",
            missing.join(" and ")
        )));
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
