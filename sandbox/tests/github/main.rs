//! The sandbox's GitHub, met over real sockets as the bot meets it.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

mod delivery;
mod delivery_by_deployment;
mod git_data;
mod house;
mod manners;
mod mutations;
mod over_git;
mod people;
mod people_code;
mod pull_requests;
mod queue;
mod reports;
mod rules;
mod teams;
mod train;
