//! The tag since which there is news.

use super::{Found, Wanted};
use crate::domain::version::Version;

/// The tag since which there is news, as it stands in the repository.
pub(super) fn previous_tag(wanted: &Wanted<'_>, found: &Found, version: &Version) -> Option<String> {
    let before = found.since(wanted.playbook).filter(|before| found.tags.contains(before));
    before.or_else(|| newest(wanted, &found.tags, version))
}

/// The tag of the newest version below this one: version file and tags do not agree in every repository, and older tags
/// may have been written without what the playbook puts around a version.
fn newest(wanted: &Wanted<'_>, names: &[String], below: &Version) -> Option<String> {
    let version = |name: &String| {
        let text = wanted.playbook.version_of_tag(name).unwrap_or(name);
        let version = wanted.playbook.scheme.read(text).ok()?;
        (version.is_final() && version < *below).then(|| (version, name.clone()))
    };
    names.iter().filter_map(version).max().map(|(_, name)| name)
}
