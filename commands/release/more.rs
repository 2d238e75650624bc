//! `/release more`: what else can be done about a release.

use crate::{ProjectName, ReleaseRef};

command! {
    /// Show what else can be done about a release: the buttons that its card has no room for
    "release more" => ReleaseMore needs Anyone {
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release that is meant; the open one when left out
        version: Option<ReleaseRef>,
    }
}
