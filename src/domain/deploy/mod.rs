//! What runs where: what was deployed, what is reported of it, what speaks against it.

pub mod drift;
pub mod environment;
pub mod known_good;
pub mod ran;
pub mod report;
pub mod signal;
