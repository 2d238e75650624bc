//! What an argument can be: small types that are right once they exist.

#[macro_use]
mod newtype;

mod bump;
mod freeze;
mod moment;
mod names;
mod number;
mod plain;
mod reading;
mod reason;
mod severity;
mod version;

pub use bump::Bump;
pub use freeze::FreezeRef;
pub use moment::Moment;
pub(crate) use names::shown;
pub use names::{BranchName, DateName, EnvironmentName, GateName, ProjectName};
pub use number::{ExemptionNumber, PullNumber};
pub use reading::Reading;
pub use reason::Reason;
pub use severity::Severity;
pub use version::{NewVersion, ReleaseRef};
