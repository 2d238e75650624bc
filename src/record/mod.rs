//! Everything that is written and told in one transaction: a release's facts, what runs where, incidents, freezes.

pub mod freezes;
pub mod incidents;
pub mod journal;
pub mod ledger;
mod silent;
pub mod thawed;
