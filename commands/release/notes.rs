//! `/release notes`: what a release contains, told to people.

use crate::{ProjectName, Reading, ReleaseRef};

command! {
    /// Show a release's notes
    "release notes" => ReleaseNotes needs Anyone {
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to read about; the open one when left out
        version: Option<ReleaseRef>,
        /// Who reads: developers, qa or stakeholders
        reading: Option<Reading>,
    }
}
