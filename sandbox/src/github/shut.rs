//! A repository that somebody archived or deleted.
//!
//! What is archived can be read, and every change is answered with 403 "Repository was archived so is read-only."; what is
//! deleted is answered with 404, whatever is asked (docs.github.com/en/repositories/archiving-a-github-repository, and the
//! API's answers as seen in terraform-provider-github#1086 and renovate#5385).

use axum::http::Method;

use super::{GitHub, answer::Refusal, ask::Ask};

/// How a repository is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// It can be read only.
    Archived,
    /// It is not there.
    Deleted,
}

impl GitHub {
    /// Archives or deletes the repository, or brings it back.
    pub fn shut(&self, shut: Option<Shut>) {
        self.state().shut = shut;
    }

    /// Whether the repository is archived.
    pub(super) fn is_archived(&self) -> bool {
        self.state().shut == Some(Shut::Archived)
    }

    /// Refuses what is not possible any more.
    pub(super) fn is_open_for(&self, ask: &Ask) -> Result<(), Refusal> {
        let shut = self.state().shut;
        match shut {
            Some(Shut::Deleted) => Err(Refusal::not_found()),
            Some(Shut::Archived) if ask.method != Method::GET => {
                Err(Refusal::new(403, "Repository was archived so is read-only."))
            }
            Some(Shut::Archived) | None => Ok(()),
        }
    }
}
