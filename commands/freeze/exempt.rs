//! `/freeze exempt`: ask that one pull request may pass the freezes.

use crate::{Moment, ProjectName, PullNumber, Reason};

command! {
    /// Ask that one pull request, as it is now, may pass the freezes
    "freeze exempt" => FreezeExempt needs Decide, changing {
        /// Number of the pull request
        pull_request as "pull-request": PullNumber,
        /// Why it cannot wait
        reason: Reason => "Why can it not wait?",
        /// How long it is good at most, such as "Monday 09:00"
        until: Option<Moment> => "Until when?",
        /// Project the pull request belongs to
        project: Option<ProjectName>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
