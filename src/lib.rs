//! Shipmate: a release bot that lives in a team's chats.

pub mod app;
mod bounded;
pub mod chat;
pub mod check;
pub mod clock;
pub mod config;
pub mod context;
#[cfg(feature = "demo")]
pub mod demo;
pub mod domain;
pub mod enforcer;
pub mod engine;
pub mod flags;
pub mod github;
pub mod handlers;
pub mod logging;
pub mod messages;
pub mod playbooks;
pub mod record;
pub mod reports;
pub mod scheduler;
pub mod store;
pub mod upkeep;
pub mod web;
pub mod work;
