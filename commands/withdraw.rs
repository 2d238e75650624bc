//! `/withdraw`: take back one's own decision.

use crate::{GateName, ProjectName, ReleaseRef};

command! {
    /// Take back your own decision, as long as nothing was done on it
    "withdraw" => Withdraw needs Decide, changing {
        /// Gate you decided at
        gate: Option<GateName>,
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release you decided on; the open one when left out
        version: Option<ReleaseRef>,
    }
}
