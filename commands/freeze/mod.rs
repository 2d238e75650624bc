//! The commands that begin with `freeze`.

mod lift;
mod start;
mod status;

pub use lift::FreezeLift;
pub use start::FreezeStart;
pub use status::FreezeStatus;

pub(crate) const GROUP: crate::GroupSpec =
    crate::GroupSpec { name: "freeze", help: "Close projects to changes, and open them again" };
