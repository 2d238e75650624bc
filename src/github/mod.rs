//! GitHub, spoken in our verbs and types. Only this folder names octocrab.

mod address;
mod app;
mod bearer;
mod branches;
mod bypass;
mod call;
mod checks;
mod client;
mod commits;
mod compare;
mod credentials;
mod demands;
mod deployments;
pub mod event;
mod failure;
mod files;
mod labels;
pub mod merges;
pub mod model;
pub mod problem;
mod pulls;
mod ref_patterns;
mod releases;
mod repository;
mod request;
pub mod restriction;
mod rule_book;
mod rule_suites;
pub mod rules;
pub mod statuses;
mod tags;
mod teams;
pub mod workflows;

pub use client::GitHub;
pub use credentials::{Credentials, Secret};
pub use repository::Repository;
