//! GitHub, spoken in our verbs and types. Only this folder names octocrab.

pub mod model;
pub mod problem;
