//! `/release skip`: go on without the step that failed.

use crate::{ProjectName, Reason, ReleaseRef};

command! {
    /// Go on without the step that failed, for a reason that is recorded
    "release skip" => ReleaseSkip needs Override, changing {
        /// Why the release may go on without this step
        reason: Reason => "Why may the release go on without this step?",
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to go on with; the open one when left out
        version: Option<ReleaseRef>,
    }
}
