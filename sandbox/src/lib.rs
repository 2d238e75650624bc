//! A local world that the bot cannot tell from the real one: GitHub over a real git repository, Discord, Telegram,
//! and a deploy target. People meet it as `shipmate demo`; the tests use it as their world.
// The local world has loops of its own.
#![allow(clippy::disallowed_methods)]
#![recursion_limit = "256"]

pub mod bot_toml;
pub mod cast;
pub mod chat;
pub mod clock;
pub mod discord;
pub mod github;
mod multipart;
pub mod page;
mod pass;
pub mod telegram;
mod thursday;
pub mod unleash;
pub mod wire;
pub mod world;
mod worlds;
