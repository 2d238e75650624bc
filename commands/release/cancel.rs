//! `/release cancel`: stop a release for good.

use crate::{ProjectName, Reason, ReleaseRef};

command! {
    /// Stop a release for good, and remove what only it made
    "release cancel" => ReleaseCancel needs Release, changing {
        /// Why the release is stopped
        reason: Reason => "Why is the release stopped?",
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to stop; the open one when left out
        version: Option<ReleaseRef>,
        /// Leave its branch, tag and pull request on GitHub
        keep: bool,
    }
}
