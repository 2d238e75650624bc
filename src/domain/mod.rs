//! The pure core: types and decisions. No async, no client, no clock; time arrives as `now`.

pub mod message;
pub mod people;
pub mod post;
pub mod project;
pub mod release;
