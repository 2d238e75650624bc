//! The chats: what people say comes in here, what the bot says goes out here.

pub mod delivery;
pub mod discord;
pub mod inbox;
pub mod incoming;
pub mod problem;
pub mod questions;
mod rights;
pub mod telegram;
mod units;
