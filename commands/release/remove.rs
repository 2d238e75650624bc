//! `/release remove`: take a story out of a release.

use crate::{ProjectName, Reason, ReleaseRef, StoryName};

command! {
    /// Take a story out again, as long as the release has no tag
    "release remove" => ReleaseRemove needs Decide, changing {
        /// Story to take out, such as S-10001
        story: StoryName,
        /// Why it is taken out
        reason: Reason => "Why is it taken out?",
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to take it out of; the open one when left out
        version: Option<ReleaseRef>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
