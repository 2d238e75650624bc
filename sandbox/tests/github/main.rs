//! The sandbox's GitHub, met over real sockets as the bot meets it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod delivery;
mod git_data;
mod house;
mod manners;
mod over_git;
mod people;
mod pull_requests;
mod queue;
mod rules;
mod teams;
mod train;
