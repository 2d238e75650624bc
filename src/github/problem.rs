//! What can go wrong with GitHub: a call's result.

pub use crate::domain::github::GithubProblem;

/// What a call to GitHub gave.
pub type GithubResult<T> = Result<T, GithubProblem>;
