//! Whether the version file has been left behind by the tags.

use std::sync::Arc;

use super::{CannotBegin, Found};
use crate::{
    domain::{playbook::Playbook, release::Release, version::Version},
    github::Repository,
};

/// The greatest version that is tagged, if the version file is behind it. What is tagged early for an open release counts when
/// that is over. A fix is for the line that production runs: another line may be further on, unless it has come there.
///
/// # Errors
/// What GitHub says against it.
pub async fn greater(
    repository: &Repository,
    playbook: &Playbook,
    found: &Found,
    (next, hotfix): (&Version, bool),
    open: &[Arc<Release>],
) -> Result<Option<Version>, CannotBegin> {
    let (Some(current), Some(_)) = (&found.current, &found.said_by) else { return Ok(None) };
    let is_open = |version: &&Version| !open.iter().any(|open| open.spec.version == **version);
    let ahead: Vec<&Version> = found.tagged.iter().filter(|version| *version > current).filter(is_open).collect();
    let Some(greatest) = ahead.last().copied().filter(|greatest| *greatest != next) else { return Ok(None) };
    if !hotfix {
        return Ok(Some(greatest.clone()));
    }
    if let Some(same_line) = ahead.iter().rev().find(|version| **version > next && current.is_of_the_line_of(version)) {
        return Ok(Some((*same_line).clone()));
    }
    if greatest < next {
        return Ok(None);
    }
    let there = repository.compare(&playbook.tag_of(&greatest.to_string()), &found.source_commit).await?.behind == 0;
    Ok(there.then(|| greatest.clone()))
}

/// The refusal of a version that would not come after the greatest tag.
pub fn refusal(playbook: &Playbook, found: &Found, tagged: &Version, beyond: &Version) -> String {
    let current = found.current.as_ref().map(Version::to_string).unwrap_or_default();
    let (file, source) = (found.said_by.as_deref().unwrap_or_default(), &found.source);
    let tag = playbook.tag_of(&tagged.to_string());
    format!(
        "{file} on {source} says {current}, and tag {tag} is there already: write {tagged} into {file}, or prepare again with \
         version={beyond}. If the tag was made by mistake, delete it on GitHub."
    )
}
