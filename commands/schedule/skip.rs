//! `/schedule skip`: leave one occurrence out.

use crate::{DateName, Moment, ProjectName, Reason, ReleaseRef};

command! {
    /// Leave one occurrence out; the ones after it stay
    "schedule skip" => ScheduleSkip needs Release, changing {
        /// Date or schedule, as /schedule list names it
        date: DateName => "Which date?",
        /// Why it is left out
        reason: Reason => "Why is it left out?",
        /// Day of the occurrence, such as 2026-03-05; the next one when left out
        on: Option<Moment> => "Which day?",
        /// Project it belongs to
        project: Option<ProjectName>,
        /// Release whose date it is; the open one when left out
        version: Option<ReleaseRef>,
        /// Only show what would be done
        dry_run as "dry-run": bool,
    }
}
