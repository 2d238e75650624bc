//! The commands that begin with `schedule`.

mod list;
mod moving;
mod preview;
mod skip;

pub use list::ScheduleList;
pub use moving::ScheduleMove;
pub use preview::SchedulePreview;
pub use skip::ScheduleSkip;

pub(crate) const GROUP: crate::GroupSpec =
    crate::GroupSpec { name: "schedule", help: "See the dates to come, leave one out or move it" };
