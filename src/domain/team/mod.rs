//! People and their roles, projects, and what belongs to them.

pub mod flag;
pub mod here;
pub mod people;
pub mod project;
