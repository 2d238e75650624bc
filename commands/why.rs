//! `/why`: why is nothing moving?

use crate::{ProjectName, ReleaseRef};

command! {
    /// Tell why a release is not moving, and what would move it
    "why" => Why needs Anyone {
        /// Project the release belongs to
        project: Option<ProjectName>,
        /// Release to ask about; the open one when left out
        version: Option<ReleaseRef>,
    }
}
