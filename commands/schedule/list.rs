//! `/schedule list`: what recurs, and when it comes next.

use crate::ProjectName;

command! {
    /// List the dates and schedules of a project, each with its next time
    "schedule list" => ScheduleList needs Anyone {
        /// Only this project's
        project: Option<ProjectName>,
    }
}
