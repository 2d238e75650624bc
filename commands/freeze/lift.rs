//! `/freeze lift`: end one freeze.

use crate::{FreezeRef, ProjectName};

command! {
    /// End one freeze; any other stays as it is
    "freeze lift" => FreezeLift needs Freeze, changing {
        /// Number or name of the freeze to end
        freeze: Option<FreezeRef>,
        /// Project that is frozen
        project: Option<ProjectName>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
