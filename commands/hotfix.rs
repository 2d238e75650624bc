//! `/hotfix`: repair production, past the line of ordinary releases.

use crate::{NewVersion, ProjectName, Reason, Severity};

command! {
    /// Start a hotfix: repair what runs in production
    "hotfix" => Hotfix needs Hotfix, changing {
        /// What is broken and needs the fix
        description: Reason => "What is broken?",
        /// How severe it is: 1 (critical) to 4 (low)
        severity: Option<Severity>,
        /// Project to repair
        project: Option<ProjectName>,
        /// Version to give it, such as 2.2.1; computed when left out
        version: Option<NewVersion>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
