//! `/release rollback`: bring an environment back to the version before.

use crate::{ChangeRef, EnvironmentName, NewVersion, ProjectName, Reason, ReleaseRef};

command! {
    /// Bring an environment back to its last good version, and hold it until somebody resumes it
    "release rollback" => ReleaseRollback needs RollBack, changing {
        /// Environment to bring back
        environment: EnvironmentName,
        /// What is wrong with what runs there
        reason: Reason => "What is wrong with what runs there?",
        /// Project it belongs to
        project: Option<ProjectName>,
        /// Version to go back to; the last good one when left out
        to: Option<NewVersion>,
        /// Version that is to be taken back; refused when it does not run there any more
        of: Option<ReleaseRef>,
        /// Pull request (#123) or commit that must not come back without its revert
        bad: Option<ChangeRef>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
