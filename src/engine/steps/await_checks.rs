//! Waits until the checks of a branch or tag are green, and names those that are not.

use super::scene::{Scene, Sight, Trouble};
use crate::domain::release::fact::Made;

pub(super) async fn look(scene: &Scene<'_>, git_ref: Option<&str>, named: &[String]) -> Result<Sight, Trouble> {
    if !scene.project.checks && named.is_empty() {
        return Ok(Sight::Done(Made::Nothing));
    }
    let commit = match git_ref {
        Some(git_ref) => commit_of(scene, git_ref).await?,
        None => scene.release.head().to_owned(),
    };
    let git_ref = git_ref.unwrap_or(&scene.release.brief.branch);
    let checks = scene.repository.checks(&commit).await?;
    if !checks.failed.is_empty() {
        let failed = checks.failed.join(", ");
        return Err(Trouble::Person(format!("failed checks on {git_ref}: {failed}. Push a fix, or run them again")));
    }
    if !checks.pending.is_empty() {
        return Ok(Sight::NotYet(format!("checks are running on {git_ref}: {}", checks.pending.join(", "))));
    }
    if checks.passed.is_empty() {
        return Ok(Sight::NotYet(format!("no check of {git_ref} has reported yet")));
    }
    let missing: Vec<&str> = named.iter().filter(|name| !checks.passed.contains(name)).map(String::as_str).collect();
    if !missing.is_empty() {
        return Ok(Sight::NotYet(format!("the check {} of {git_ref} has not reported yet", missing.join(" and "))));
    }
    Ok(Sight::Done(Made::Nothing))
}

async fn commit_of(scene: &Scene<'_>, git_ref: &str) -> Result<String, Trouble> {
    if let Some(commit) = scene.repository.branch(git_ref).await? {
        return Ok(commit);
    }
    let tag = scene.repository.tag(git_ref).await?;
    Ok(tag.ok_or_else(|| Trouble::Person(format!("neither branch nor tag {git_ref} is on GitHub")))?.commit)
}
