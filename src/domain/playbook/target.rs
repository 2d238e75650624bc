//! What people are told of the time that a path should take.

use super::Path;
use crate::domain::release::plan::TargetNudges;

impl Path {
    /// Whether and when people are told of the target.
    pub(super) fn target_nudges(&self) -> Result<TargetNudges, String> {
        if let Some(long) = self.remind.iter().find(|before| **before >= self.target) {
            let target = self.target;
            return Err(format!("`remind`: `{long}` is no shorter than the target, `{target}`; write a shorter one"));
        }
        Ok(TargetNudges {
            remind: self.remind.iter().map(ToString::to_string).collect(),
            escalate: self.escalate.clone(),
        })
    }
}
