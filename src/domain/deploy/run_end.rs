//! How a run of CD's ended that neither succeeded nor failed.

use serde::{Deserialize, Serialize};

/// Why a run did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunStop {
    /// It was cancelled; GitHub does not say by whom.
    Cancelled,
    /// It was cancelled, and there is a newer run of the same workflow on the same branch or tag: its page.
    Superseded(String),
    /// None of its jobs had anything to do.
    Skipped,
    /// CD reports that it was cancelled.
    Reported,
}
