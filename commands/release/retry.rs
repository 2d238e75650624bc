//! `/release retry`: try the step that failed once more.

use crate::{ProjectName, ReleaseRef};

command! {
    /// Try the step that failed once more
    "release retry" => ReleaseRetry needs Release, changing {
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to go on with; the open one when left out
        version: Option<ReleaseRef>,
    }
}
