//! What a step made, as far as the state keeps it.

use chrono::{DateTime, Utc};

use super::{ReleaseMerge, State};
use crate::domain::release::{
    ReleaseSpec,
    fact::Outcome,
    leftover::{CleanUp, Leftover},
    plan::Step,
};

impl State {
    /// Notes what became of something that it left, if that is to be removed.
    pub(super) fn cleaned_up(&mut self, what: &Leftover, came: &CleanUp) {
        if let Some(all) = &mut self.clean_up {
            all.push((what.clone(), came.clone()));
        }
    }

    /// Notes what a step made.
    pub(super) fn note_made(&mut self, spec: &ReleaseSpec, step: usize, made: &Outcome, at: DateTime<Utc>) {
        let Some(planned) = spec.plan.step(step) else { return };
        if matches!(planned, Step::Pick { .. }) {
            self.stories.asked_again = false;
        }
        match made {
            Outcome::Branch { commit, .. } => {
                let own = matches!(planned, Step::Branch { name, .. } if *name == spec.branch);
                if own || matches!(planned, Step::Snapshot { .. }) {
                    self.head = Some(commit.clone());
                }
            }
            Outcome::Fix { commit } => self.head = Some(commit.clone()),
            Outcome::Merge { commit, .. } => {
                if matches!(planned, Step::Merge { branch, .. } if *branch == spec.branch) {
                    self.head = Some(commit.clone());
                }
            }
            Outcome::Notes { notes, .. } => self.notes = notes.clone(),
            Outcome::Tag { commit, .. } => {
                if self.tagged.as_ref().is_some_and(|tagged| tagged != commit) {
                    self.follow_the_tag(spec);
                }
                self.tagged = Some(commit.clone());
                self.tagged_at = Some(at);
            }
            Outcome::PullRequest { number, url } => {
                if let Step::PullRequest { name, .. } = planned {
                    self.pull_requests.insert(*name, (*number, url.clone()));
                }
            }
            Outcome::Merged { by, commit, head } => {
                if matches!(planned, Step::AwaitMerge { .. }) {
                    let (by, commit, head) = (by.clone(), commit.clone(), head.clone());
                    self.merged = Some(ReleaseMerge { by, commit, head, at });
                }
            }
            Outcome::Page { url } => self.page = Some(url.clone()),
            Outcome::Nothing
            | Outcome::Run { .. }
            | Outcome::Deployed { .. }
            | Outcome::Expected { .. }
            | Outcome::Deployment { .. }
            | Outcome::BackMerge(_)
            | Outcome::Stories { .. }
            | Outcome::Overlap { .. }
            | Outcome::Drift { .. } => {}
        }
    }
}
