//! `/freeze lift`: end one freeze.

use crate::{FreezeRef, ProjectName, Reason};

command! {
    /// End one freeze; any other stays as it is
    "freeze lift" => FreezeLift needs Freeze, changing {
        /// Number or name of the freeze to end
        freeze: Option<FreezeRef>,
        /// Project that is frozen
        project: Option<ProjectName>,
        /// Why it ends early; asked for where it belongs to a release
        reason: Option<Reason> => "Why does it end now?",
        /// Take the lifting back: the same is closed again
        undo: bool,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
