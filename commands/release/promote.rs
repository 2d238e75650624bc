//! `/release promote`: let a release go on to its next environment.

use crate::{EnvironmentName, ProjectName, Reason, ReleaseRef};

command! {
    /// Let a release go on to its next environment, as the same artifact
    "release promote" => ReleasePromote needs Decide, changing {
        /// Environment it goes to; the next one when left out
        environment: Option<EnvironmentName>,
        /// A remark for the others
        note: Option<Reason>,
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to promote; the open one when left out
        version: Option<ReleaseRef>,
    }
}
