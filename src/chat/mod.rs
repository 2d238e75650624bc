//! The chats: what people say comes in here, what the bot says goes out here.

pub mod delivery;
pub mod discord;
pub mod heard;
pub mod problem;
pub mod reception;
mod rights;
pub mod telegram;
