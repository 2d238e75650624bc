//! What begins again when a branch or a tag moves, and when something is tried once more.

use super::{Earlier, State, StepState};
use crate::domain::release::{
    fact::{NewCommit, Outcome},
    gate::GateState,
    plan::{PullRequestName, Step},
    spec::ReleaseSpec,
};

impl State {
    /// Another commit has the tag: what was picked from it is picked again, and goes the same way.
    pub(super) fn follow_the_tag(&mut self, spec: &ReleaseSpec) {
        let steps = &spec.plan.steps;
        let picks = |step: &Step| matches!(step, Step::CherryPick { from, .. } if *from == spec.tag);
        let Some(first) = spec.plan.find(picks) else { return };
        let Step::CherryPick { branch, .. } = &steps[first].step else { return };
        for (index, planned) in steps.iter().enumerate().skip(first) {
            match &planned.step {
                Step::CherryPick { .. }
                | Step::PullRequest { name: PullRequestName::Backport, .. }
                | Step::MergeWhenGreen => self.begin_again(index),
                Step::DeleteBranch { name } if name == branch => self.begin_again(index),
                _ => {}
            }
        }
    }

    /// A decision is bound to the commit it was made on: when that changes, the stages that repeat begin again.
    pub(super) fn head_moved(&mut self, spec: &ReleaseSpec, to: &str, commits: &[NewCommit], back_merge: bool) {
        self.head = Some(to.to_owned());
        self.new_commits.extend_from_slice(commits);
        self.merge_asked = None;
        self.lapse(spec, |stage| spec.plan.stages[stage].of.is_none(), back_merge);
        self.look_at_stories_again(spec);
    }

    /// The same for another branch: only the stages that watch it begin again, and what passes it on.
    pub(super) fn other_moved(&mut self, spec: &ReleaseSpec, branch: &str, to: &str, back_merge: bool) {
        self.heads.insert(branch.to_owned(), to.to_owned());
        self.lapse(spec, |stage| spec.plan.stages[stage].of.as_deref() == Some(branch), back_merge);
        self.pass_on_again(spec, branch, 0);
    }

    /// What merges a branch into another has to do that again.
    pub(in crate::domain) fn pass_on_again(&mut self, spec: &ReleaseSpec, branch: &str, since: usize) {
        for step in since..spec.plan.steps.len() {
            if matches!(&spec.plan.steps[step].step, Step::Merge { from, .. } if from == branch) {
                self.begin_again(step);
            }
        }
    }

    /// The stages that repeat begin again, as far as they are among these.
    pub(in crate::domain) fn lapse(&mut self, spec: &ReleaseSpec, among: impl Fn(usize) -> bool, back_merge: bool) {
        for (index, planned) in spec.plan.steps.iter().enumerate() {
            let stage = &spec.plan.stages[planned.stage];
            if !stage.repeats || !among(planned.stage) {
                continue;
            }
            match &planned.step {
                Step::Announce { .. } | Step::AwaitFix => {}
                Step::StartDeploy { .. } | Step::AwaitDeploy { .. } if back_merge && stage.keeps_deploys => {}
                Step::SignOff(gate) | Step::Pick { gate, .. } => {
                    self.gates.insert(gate.name.clone(), GateState::default());
                    self.begin_again(index);
                }
                _ => self.begin_again(index),
            }
        }
    }

    /// A step is tried once more: what was asked for on its way is asked for anew, unless it is still there. What was
    /// taken back after it had come is decided on anew.
    pub(super) fn try_again(&mut self, spec: &ReleaseSpec, step: usize, by_itself: bool) {
        let (plan, asking) = (&spec.plan, spec.plan.retry_from(step));
        let retried = if by_itself { self.steps[asking].retried + 1 } else { 0 };
        let undone = asking != step && self.steps[step].done.is_some();
        let rolled_back = undone || plan.roll_back_of(step).any(|back| self.steps[back].done.is_some());
        let from = if rolled_back { plan.restart_from(step) } else { asking };
        let ended = |step: &usize| self.steps[*step].failed.is_some() || self.steps[*step].done.is_some();
        let ended = rolled_back || (asking + 1..=step).any(|step| ended(&step));
        let earlier = self.steps[asking].done.clone().map(|(made, at)| Earlier { made, at, ended });
        // Whether a request got there whose answer is not known is looked for.
        let begun = self.steps[asking].started.filter(|_| self.steps[asking].done.is_none());
        let tries = self.steps[asking].tries;
        let last = if undone { plan.steps.len() } else { step + 1 };
        let again: Vec<usize> = (from..last).chain(plan.roll_back_of(step)).collect();
        for again in again {
            match &plan.steps[again].step {
                // What is behind what was taken back stays made; only what people said of it is said anew.
                planned if again > step && !planned.speaks_of_what_runs() && plan.answered_by(again) != Some(step) => {
                    continue;
                }
                // What was announced stays announced.
                Step::Announce { .. } if again < step => continue,
                Step::SignOff(gate) if again != step => {
                    self.gates.insert(gate.name.clone(), GateState::default());
                }
                _ => {}
            }
            self.begin_again(again);
        }
        let asked = &mut self.steps[asking];
        (asked.retried, asked.earlier) = (retried, earlier);
        if begun.is_some() {
            (asked.started, asked.tries) = (begun, tries);
        }
    }

    pub(in crate::domain) fn begin_again(&mut self, step: usize) {
        let old = std::mem::take(&mut self.steps[step]);
        // What people were told about its date stays told.
        let begun = old.started.is_some() || old.done.is_some() || old.failed.is_some();
        let tries = old.tries + u32::from(begun);
        let StepState { reminded, escalated, late, first_done, .. } = old;
        self.steps[step] = StepState { reminded, escalated, late, first_done, tries, ..StepState::default() };
        if let Some((Outcome::Run { id, .. }, _)) = old.done {
            self.old_runs.insert(id);
        }
    }
}
