//! `/release` alone: what can be done next.

use crate::ProjectName;

command! {
    /// Show what can be done next
    "release" => ReleaseOverview needs Anyone, hidden {
        /// Project that is meant
        project: Option<ProjectName>,
    }
}
