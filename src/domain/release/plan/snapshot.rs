//! What the first commits of a release branch hold.

use serde::{Deserialize, Serialize};

/// A commit that the snapshot writes on top of the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotCommit {
    /// What is written.
    pub write: VersionFile,
    /// The file's path.
    pub file: String,
    /// The commit's message.
    pub message: String,
}

/// What a snapshot commit writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionFile {
    /// The new version, in the files that hold it.
    Version,
    /// A new section of the changelog.
    Changelog,
}
