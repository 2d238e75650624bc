//! The commands that begin with `release`.

mod add;
mod adopt;
mod cancel;
mod list;
mod merge;
mod more;
mod next;
mod notes;
mod overview;
mod prepare;
mod promote;
mod remove;
mod resume;
mod retry;
mod review;
mod rollback;
mod skip;
mod status;

pub use add::ReleaseAdd;
pub use adopt::ReleaseAdopt;
pub use cancel::ReleaseCancel;
pub use list::ReleaseList;
pub use merge::ReleaseMerge;
pub use more::ReleaseMore;
pub use next::ReleaseNext;
pub use notes::ReleaseNotes;
pub use overview::ReleaseOverview;
pub use prepare::ReleasePrepare;
pub use promote::ReleasePromote;
pub use remove::ReleaseRemove;
pub use resume::ReleaseResume;
pub use retry::ReleaseRetry;
pub use review::ReleaseReview;
pub use rollback::ReleaseRollback;
pub use skip::ReleaseSkip;
pub use status::ReleaseStatus;

pub(crate) const GROUP: crate::GroupSpec =
    crate::GroupSpec { name: "release", help: "Prepare a release, follow it and see it through" };
