//! The pure core: types and decisions. No async, no client, no clock; time arrives as `now`.

pub mod agenda;
pub mod brief;
pub mod changelog;
pub mod dates;
pub mod fact;
pub mod freeze;
pub mod gate;
pub mod holidays;
pub mod ics;
pub mod local;
pub mod message;
pub mod moment;
pub mod next;
pub mod nudge;
pub mod people;
pub mod plan;
pub mod playbook;
pub mod post;
pub mod project;
pub mod release;
pub mod schedule;
pub mod span;
pub mod state;
pub mod timeline;
pub mod version;
