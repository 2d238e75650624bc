//! `/release resume`: let deploys into an environment again after a roll-back.

use crate::{EnvironmentName, ProjectName, Reason};

command! {
    /// Let deploys into an environment again that was held after a roll-back
    "release resume" => ReleaseResume needs Release, changing {
        /// Environment that is held
        environment: EnvironmentName,
        /// Why deploys may go there again
        reason: Reason => "Why may deploys go there again?",
        /// Project it belongs to
        project: Option<ProjectName>,
        /// Forget the commits that were marked as bad there, too
        forget_bad as "forget-bad": bool,
    }
}
