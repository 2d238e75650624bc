//! The pure core: types and decisions. No async, no client, no clock; time arrives as `now`.

#![deny(clippy::indexing_slicing)]

pub mod aside;
pub mod deploy;
pub mod freeze;
pub mod github;
pub mod hex;
pub mod ids;
pub mod incident;
pub mod message;
pub mod nearest;
pub mod platform;
pub mod playbook;
pub mod quota;
pub mod release;
pub mod team;
pub mod time;
pub mod version;
