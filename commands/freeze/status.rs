//! `/freeze status`: what is frozen, why and until when.

use crate::ProjectName;

command! {
    /// Show what is frozen, by whom, why and until when
    "freeze status" => FreezeStatus needs Anyone {
        /// Only this project's freezes
        project: Option<ProjectName>,
    }
}
