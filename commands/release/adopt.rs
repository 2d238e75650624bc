//! `/release adopt`: lead on a branch that somebody made by hand.

use crate::{BranchName, ProjectName};

command! {
    /// Lead a release or hotfix branch that somebody made by hand to production
    "release adopt" => ReleaseAdopt needs Release, changing {
        /// Branch that was made by hand
        branch: BranchName => "Which branch?",
        /// Project it belongs to
        project: Option<ProjectName>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
