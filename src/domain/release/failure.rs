//! What went wrong with a step or a story, and when it is tried again.

use chrono::{DateTime, Utc};

use super::{conflict::Conflict, setback::Setback};

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub problem: Setback,
    /// When it is tried again by itself.
    pub retry_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub times: u32,
    /// What conflicts, if that is the reason.
    pub conflict: Option<Conflict>,
}
