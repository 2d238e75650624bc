//! Work: how much of it is under way, who is woken for it, and the one loop that does it, supervised.

mod backoff;
mod count;
mod failures;
mod health;
mod keep;
mod panics;
mod services;
mod wake;

pub use backoff::{Backoff, pause_after};
pub use count::{Busy, Quiet};
pub use health::Health;
pub use keep::{Failed, Hand, Loop, NextTurn, SetAside, Worker};
pub use panics::{said, tell_panics};
pub use services::Services;
pub use wake::Waker;
