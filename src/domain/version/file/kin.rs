//! What the version files of one commit know of each other: whose version a lock file or a child repeats.

use std::collections::BTreeSet;

/// The packages whose version is the release's.
#[derive(Debug, Clone, Default)]
pub(super) struct Kin {
    /// Crates by name.
    pub(super) crates: BTreeSet<String>,
    /// The version that members of a workspace take over, before it is written.
    pub(super) shared: Option<String>,
    /// The folders of npm's packages.
    pub(super) folders: BTreeSet<String>,
    /// Maven's artifacts.
    pub(super) artifacts: BTreeSet<String>,
}
