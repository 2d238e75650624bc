//! A branch that somebody made by hand is led on as if the release had made it.

use chrono::{DateTime, Utc};

use super::{CannotBegin, Found, Wanted};
use crate::{
    domain::{
        playbook::{HandMade, Playbook},
        release::ReleaseKind,
    },
    github::Repository,
};

/// A release by the path that calls its branches so.
pub fn wanted<'a>(
    (project, repository, playbook): (&'a str, &'a Repository, &'a Playbook),
    (branch, found): (&str, &HandMade<'a>),
    requester: String,
    start: DateTime<Utc>,
) -> Wanted<'a> {
    let about = if found.about.is_empty() { format!("what {branch} brings") } else { found.about.clone() };
    let kind = match found.is_hotfix {
        true => ReleaseKind::Hotfix { description: about, severity: found.path.severity },
        false => ReleaseKind::Regular,
    };
    Wanted {
        project,
        repository,
        playbook,
        path: found.path,
        source: found.path.source.clone(),
        version: Some(found.version.clone()),
        bump: found.path.bump,
        kind,
        requester,
        waive: None,
        adopt: Some(branch.to_owned()),
        start,
    }
}

/// The branch's head, and how many commits it has beyond what it would have been cut from.
///
/// # Errors
/// Why it cannot be adopted.
pub(super) async fn look(
    wanted: &Wanted<'_>,
    found: &Found,
    (branch, tag): (&str, &str),
    writes: bool,
) -> Result<(String, u64), CannotBegin> {
    let repository = wanted.repository;
    let Some(head) = repository.branch(branch).await? else {
        return Err(format!("Branch {branch} is not on GitHub: push it first, then ask again.").into());
    };
    let ahead = repository.compare(&found.source_commit, &head).await?.ahead;
    let Some(tagged) = repository.tag(tag).await? else { return Ok((head, ahead)) };
    if writes {
        return Err(format!(
            "Tag {tag} exists already, and the version has still to be written on {branch}: delete the tag on GitHub, I make \
             it anew."
        )
        .into());
    }
    if repository.compare(&head, &tagged.commit).await?.ahead > 0 {
        return Err(format!("Tag {tag} is not on {branch}: move one of them, then ask again.").into());
    }
    Ok((head, ahead))
}
