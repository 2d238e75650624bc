//! `/release merge`: merge the release's pull request, on purpose.

use crate::{ProjectName, ReleaseRef};

command! {
    /// Merge the release's pull request once everything it needs is there
    "release merge" => ReleaseMerge needs Release, changing {
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to merge; the open one when left out
        version: Option<ReleaseRef>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
        /// Ask back before it is merged
        ask: bool,
    }
}
