//! `/release status`: where a release stands.

use crate::{ProjectName, ReleaseRef};

command! {
    /// Show where a release stands, what it waits for and who can act
    "release status" => ReleaseStatus needs Anyone {
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to show; the open one when left out
        version: Option<ReleaseRef>,
    }
}
