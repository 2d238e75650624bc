//! The commands that begin with `freeze`.

mod exempt;
mod grant;
mod lift;
mod refuse;
mod start;
mod status;

pub use exempt::FreezeExempt;
pub use grant::FreezeGrant;
pub use lift::FreezeLift;
pub use refuse::FreezeRefuse;
pub use start::FreezeStart;
pub use status::FreezeStatus;

pub(crate) const GROUP: crate::GroupSpec =
    crate::GroupSpec { name: "freeze", help: "Close projects to changes, and open them again" };
