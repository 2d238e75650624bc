//! The local chats over real sockets, as a bot meets them and as people use them.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

mod client;
mod discord;
mod discord_limits;
mod gateway;
mod telegram;
mod telegram_updates;
mod world;
