//! Whether there is anything to release.

use super::{CannotBegin, Wanted};
use crate::domain::release::{
    ReleaseKind, ReleaseSpec,
    plan::{PlannedStep, Step},
};

/// Whether nothing has changed since the last tag, but for the files that hold the version. What is filled later, what has no
/// tag before it, and what GitHub cannot compare is not called empty.
///
/// # Errors
/// When GitHub does not answer now.
pub async fn is_empty(wanted: &Wanted<'_>, spec: &ReleaseSpec) -> Result<bool, CannotBegin> {
    let own = |planned: &PlannedStep| matches!(&planned.step, Step::Merge { branch, .. } if *branch == spec.branch);
    let filled_later =
        spec.kind != ReleaseKind::Regular || spec.plan.picking().is_some() || spec.plan.steps.iter().any(own);
    let Some(before) = spec.previous_tag.as_ref().filter(|_| !filled_later) else { return Ok(false) };
    let changed = match wanted.repository.compare(before, &spec.source_commit).await {
        Ok(changed) => changed,
        Err(problem) if problem.may_pass() => return Err(problem.into()),
        Err(_) => return Ok(false),
    };
    let own = |path: &String| wanted.playbook.version_files.iter().any(|file| file.path == *path);
    Ok(changed.commits.is_empty() || changed.files.iter().all(own))
}
