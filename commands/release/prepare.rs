//! `/release prepare`: start the next release.

use crate::{BranchName, Bump, NewVersion, ProjectName, Waiver};

command! {
    /// Start the next release: cut it from its source branch and take it to its first gate
    "release prepare" => ReleasePrepare needs Release, changing {
        /// Project to release
        project: Option<ProjectName>,
        /// Version to give it, such as 2.2.0; computed when left out
        version: Option<NewVersion>,
        /// Which part of the version to raise when it is computed
        bump: Option<Bump>,
        /// Branch to cut the release from
        source: Option<BranchName>,
        /// Why it may go without a shipped fix that is still owed to another line
        waive: Option<Waiver>,
        /// Begin although nothing has changed since the last tag
        nothing_new as "nothing-new": bool,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
