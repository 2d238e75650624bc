//! What the notes of a release are about: from where on, and up to where.

use super::{
    Release, ReleaseSpec,
    plan::{Plan, Step},
};

/// The commits of `to` that are not in `since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesRange {
    /// The tag of the release before; without one, everything counts.
    pub since: Option<String>,
    /// A commit, tag or branch.
    pub to: String,
}

impl ReleaseSpec {
    /// What is in when it begins.
    pub fn range(&self) -> NotesRange {
        let to = self.plan.taken_in(&self.branch).unwrap_or(&self.source_commit);
        NotesRange { since: self.previous_tag.clone(), to: to.to_owned() }
    }
}

impl Plan {
    /// The branch that is merged into the release's own one: what is released stands there until then.
    pub fn taken_in(&self, own: &str) -> Option<&str> {
        self.steps.iter().find_map(|planned| {
            let Step::Merge { branch, from, .. } = &planned.step else { return None };
            (branch == own).then_some(from.as_str())
        })
    }
}

impl Release {
    /// What is in by now: what was tagged; before that, what is on its branch, or will be merged into it.
    pub fn range(&self) -> NotesRange {
        let own = |step: &Step| matches!(step, Step::Merge { branch, .. } if *branch == self.spec.branch);
        let takes =
            self.spec.plan.find(own).filter(|step| !self.state.steps.get(*step).is_some_and(|state| state.is_over()));
        let to = match (&self.state.tagged, takes) {
            (Some(_), _) => self.spec.tag.clone(),
            (None, Some(_)) => return self.spec.range(),
            (None, None) => self.head().to_owned(),
        };
        NotesRange { since: self.spec.previous_tag.clone(), to }
    }
}
