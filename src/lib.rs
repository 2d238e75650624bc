//! Shipmate: a release bot that lives in a team's chats.

pub mod app;
pub mod begin;
pub mod chat;
pub mod clock;
pub mod config;
pub mod debts;
#[cfg(feature = "demo")]
pub mod demo;
pub mod desk;
pub mod domain;
pub mod environments;
pub mod first_look;
pub mod flags;
pub mod freezes;
pub mod github;
pub mod handlers;
pub mod hooks;
pub mod journal;
pub mod matters;
pub mod messages;
pub mod playbooks;

pub mod runner;
pub mod steps;
pub mod store;
pub mod switches;
pub mod timekeeper;
pub mod warden;
pub mod web;
pub mod work;
