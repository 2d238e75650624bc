//! The commands that begin with `flag`.

mod list;
mod off;
mod on;

pub use list::FlagList;
pub use off::FlagOff;
pub use on::FlagOn;

pub(crate) const GROUP: crate::GroupSpec =
    crate::GroupSpec { name: "flag", help: "Show feature flags, and switch them" };
