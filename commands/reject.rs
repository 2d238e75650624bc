//! `/reject`: say no at a gate, and why.

use crate::{GateName, ProjectName, Reason, ReleaseRef};

command! {
    /// Say no at a gate, and why; the release stops there
    "reject" => Reject needs Decide, changing {
        /// What is wrong
        reason: Reason => "What is wrong?",
        /// Gate to decide at
        gate: Option<GateName>,
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to decide on; the open one when left out
        version: Option<ReleaseRef>,
    }
}
