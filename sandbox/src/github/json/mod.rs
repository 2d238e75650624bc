//! How GitHub writes things down: one function per kind of thing.

mod actions;
mod commits;
mod pulls;
mod repository;

use super::GitHub;

impl GitHub {
    /// The address of something in the repository's REST API.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/repos/{}/{}{path}", self.0.base, self.settings().owner, self.name())
    }

    /// The address of a page that people look at.
    pub(super) fn html(&self, path: &str) -> String {
        format!("{}/{}/{}{path}", self.0.base, self.settings().owner, self.name())
    }
}
