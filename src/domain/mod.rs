//! The pure core: types and decisions. No async, no client, no clock; time arrives as `now`.

#[deny(clippy::indexing_slicing)]
pub mod aside;
#[deny(clippy::indexing_slicing)]
pub mod deploy;
#[deny(clippy::indexing_slicing)]
pub mod freeze;
#[deny(clippy::indexing_slicing)]
pub mod hex;
#[deny(clippy::indexing_slicing)]
pub mod ids;
#[deny(clippy::indexing_slicing)]
pub mod incident;
#[deny(clippy::indexing_slicing)]
pub mod message;
#[deny(clippy::indexing_slicing)]
pub mod platform;
#[deny(clippy::indexing_slicing)]
pub mod playbook;
#[deny(clippy::indexing_slicing)]
pub mod quota;
#[deny(clippy::indexing_slicing)]
pub mod release;
#[deny(clippy::indexing_slicing)]
pub mod team;
#[deny(clippy::indexing_slicing)]
pub mod time;
#[deny(clippy::indexing_slicing)]
pub mod version;
