//! The occasions on which the whole team is told something.

use serde::{Deserialize, Serialize};

/// The occasions on which the whole team is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Announcement {
    /// A release is prepared; the cutoff is active.
    Prepared,
    /// The release branch appeared: what is in, what is not.
    Snapshot,
    /// A hotfix needs everybody's eyes.
    Critical,
    /// The release was merged and production has been asked.
    Merged,
    /// The version is live.
    Live,
    /// The release is over.
    Closed,
    /// A code freeze began: what is in.
    CodeFreeze,
    /// The notes, read for developers, QA and stakeholders.
    Notes,
    /// Everything is signed off: stakeholders are told what comes and when.
    SignedOff,
    /// A release has begun: what is in, and which way it goes.
    Begun,
    /// What the playbook says in its own words.
    Said,
    /// The release is out: the next one is planned.
    Planning,
}
