//! Whether a path can be gone at all: what its steps need of one another, and whether its gates can be decided.

mod gates;
mod order;

use super::{PlannedPath, Playbook, mistake::PlaybookMistake};

impl Playbook {
    /// What in a path would hold a release up for ever.
    pub fn hangs(&self, planned: &PlannedPath) -> Vec<PlaybookMistake> {
        let lines = [self.production.as_str(), self.development.as_str()];
        gates::undecidable(planned).into_iter().chain(order::astray(planned, lines)).collect()
    }
}

#[cfg(test)]
mod tests;
