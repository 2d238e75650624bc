//! `/schedule preview`: the next times at which something is due.

use crate::{DateName, ProjectName};

command! {
    /// Show the next times, in the team's zone and in yours
    "schedule preview" => SchedulePreview needs Anyone {
        /// Only this date or schedule
        date: Option<DateName>,
        /// How many; ten when left out
        count: Option<u32>,
        /// Project it belongs to
        project: Option<ProjectName>,
    }
}
