//! `/freeze start`: close a project, or all of them, to changes.

use crate::{ProjectName, Reason};

command! {
    /// Close a project, or all of them, to changes
    "freeze start" => FreezeStart needs Freeze, changing {
        /// Why nothing may change now
        reason: Reason => "Why may nothing change now?",
        /// When it ends, such as "Monday 09:00"; without it there is no known end
        until: Option<String> => "Until when?",
        /// Project to freeze; all of them when left out
        project: Option<ProjectName>,
    }
}
