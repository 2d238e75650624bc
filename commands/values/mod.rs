//! What an argument can be: small types that are right once they exist.

#[macro_use]
mod newtype;

mod bump;
mod change;
mod freeze;
mod lines;
mod moment;
mod names;
mod number;
mod plain;
mod reading;
mod reason;
mod severity;
mod story;
mod version;

pub use bump::Bump;
pub use change::ChangeRef;
pub use freeze::FreezeRef;
pub use lines::LineNumbers;
pub use moment::Moment;
pub(crate) use names::shown;
pub use names::{BranchName, DateName, EnvironmentName, FlagName, GateName, ProjectName};
pub use number::{ExemptionNumber, PullNumber};
pub use reading::Reading;
pub use reason::{Reason, Waiver};
pub use severity::Severity;
pub use story::{StoryName, StoryNames};
pub use version::{NewVersion, ReleaseRef};
