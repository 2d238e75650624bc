//! `/release add`: pick stories for a release.

use crate::{ProjectName, ReleaseRef, StoryNames};

command! {
    /// Pick stories: each is tried and merged on its own, those that conflict are left out
    "release add" => ReleaseAdd needs Decide, changing {
        /// Stories to take in, such as S-10001 S-10002
        stories: StoryNames,
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to add to; the open one when left out
        version: Option<ReleaseRef>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
