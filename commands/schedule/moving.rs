//! `/schedule move`: put one occurrence at another time.

use crate::{DateName, Moment, ProjectName, Reason, ReleaseRef};

command! {
    /// Put one occurrence at another time; what follows from it follows
    "schedule move" => ScheduleMove needs Release, changing {
        /// Date or schedule, as /schedule list names it
        date: DateName => "Which date?",
        /// New time, such as "Tue 10:00" or "2026-03-10 10:00"
        to: Moment => "To when, such as Tue 10:00 or 3h?",
        /// Why it is moved
        reason: Reason => "Why is it moved?",
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
