//! Discord: slash commands and presses come in here, messages go out here. Only this folder names serenity.

mod answer;
mod buttons;
mod call;
mod connect;
mod divide;
mod escape;
mod fitting;
mod gateway;
mod limits;
mod link;
mod parts;
mod pin;
mod problem;
mod question;
mod rate_limits;
mod read;
mod recover;
mod register;
mod render;
mod speak;
mod state;

#[cfg(test)]
mod samples;

pub use connect::{Discord, DiscordAccess, connect};
pub use fitting::fitting;
pub use link::Link;
pub use parts::parts;
pub use state::GatewayState;
