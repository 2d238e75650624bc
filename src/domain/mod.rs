//! The pure core: types and decisions. No async, no client, no clock; time arrives as `now`.

pub mod aside;
pub mod deploy;
pub mod freeze;
pub mod incident;
pub mod message;
pub mod playbook;
pub mod release;
pub mod team;
pub mod time;
pub mod version;
