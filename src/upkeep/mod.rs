//! The upkeep of the store: backups while the bot runs and while it does not, asked for or by themselves.

mod ask;
mod asked;
mod door;
mod file;
mod folder;
mod kept;

pub use asked::{back_up, restore};
pub use door::keep;
pub use kept::keep_backups;
