//! `/release list`: the open releases and the latest finished ones.

use crate::ProjectName;

command! {
    /// List the open releases and the latest finished ones
    "release list" => ReleaseList needs Anyone {
        /// Only this project's releases
        project: Option<ProjectName>,
    }
}
