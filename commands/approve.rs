//! `/approve`: say yes at a gate.

use crate::{GateName, LineNumbers, ProjectName, Reason, ReleaseRef};

command! {
    /// Say yes at a gate that waits for you
    "approve" => Approve needs Decide, changing {
        /// Gate to decide at
        gate: Option<GateName>,
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to decide on; the open one when left out
        version: Option<ReleaseRef>,
        /// Something to remember with the approval
        note: Option<Reason> => "What should be remembered with it?",
        /// Lines of the checklist that are checked and not ticked, by number, such as 3,4,5
        together: Option<LineNumbers>,
    }
}
