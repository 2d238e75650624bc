//! Shipmate: a release bot that lives in a team's chats.

pub mod chat;
pub mod clock;
pub mod config;
pub mod domain;
pub mod github;
pub mod web;
