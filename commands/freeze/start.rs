//! `/freeze start`: close a project, or all of them, to changes.

use crate::{Moment, ProjectName, Reason};

command! {
    /// Close a project, or all of them, to changes
    "freeze start" => FreezeStart needs Freeze, changing {
        /// Why nothing may change now
        reason: Reason => "Why may nothing change now?",
        /// When it ends, such as "Monday 09:00"; without it there is no known end
        until: Option<Moment> => "Until when?",
        /// Project to freeze, that of this place when left out; "all" freezes all of them
        project: Option<ProjectName>,
        /// Branches to freeze, such as "main, release/*"; all lines of the playbook when left out
        branches: Option<String> => "Which branches?",
        /// Let not even hotfixes pass
        no_hotfixes as "no-hotfixes": bool,
        /// The names of all projects, to freeze all of them
        confirm: Option<String>,
        /// Show the exact plan and change nothing
        dry_run as "dry-run": bool,
    }
}
