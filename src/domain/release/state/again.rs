//! What begins again when a branch or a tag moves, and when something is tried once more.

use super::{Earlier, State, StepState};
use crate::domain::release::{
    fact::NewCommit,
    gate::GateState,
    plan::{PlannedStep, PullRequestName, Stage, Step},
    rollout::Phase,
    spec::ReleaseSpec,
};

impl State {
    /// Another commit has the tag: what was picked from it is picked again, and goes the same way.
    pub(super) fn follow_the_tag(&mut self, spec: &ReleaseSpec) {
        let steps = &spec.plan.steps;
        let picks = |step: &Step| matches!(step, Step::CherryPick { from, .. } if *from == spec.tag);
        let Some(first) = spec.plan.find(picks) else { return };
        let Some(Step::CherryPick { branch, .. }) = spec.plan.step(first) else { return };
        for (index, planned) in steps.iter().enumerate().skip(first) {
            let brings = matches!(
                planned.step,
                Step::CherryPick { .. }
                    | Step::PullRequest { name: PullRequestName::Backport, .. }
                    | Step::MergeWhenGreen
            );
            if brings || matches!(&planned.step, Step::DeleteBranch { name } if name == branch) {
                self.begin_again(index);
            }
        }
    }

    /// A decision is bound to the commit it was made on: when that changes, the stages that repeat begin again.
    pub(super) fn head_moved(&mut self, spec: &ReleaseSpec, to: &str, commits: &[NewCommit], back_merge: bool) {
        self.head = Some(to.to_owned());
        self.new_commits.extend_from_slice(commits);
        self.merge_asked = None;
        self.lapse(spec, |_, stage| stage.of.is_none(), back_merge);
        self.look_at_stories_again(spec);
    }

    /// The same for another branch: only the stages that watch it begin again, and what passes it on.
    pub(super) fn other_moved(&mut self, spec: &ReleaseSpec, branch: &str, to: &str, back_merge: bool) {
        self.heads.insert(branch.to_owned(), to.to_owned());
        self.lapse(spec, |_, stage| stage.of.as_deref() == Some(branch), back_merge);
        self.pass_on_again(spec, branch, 0);
    }

    /// What merges a branch into another has to do that again.
    pub(in crate::domain) fn pass_on_again(&mut self, spec: &ReleaseSpec, branch: &str, since: usize) {
        for (step, planned) in spec.plan.steps.iter().enumerate().skip(since) {
            if matches!(&planned.step, Step::Merge { from, .. } if from == branch) {
                self.begin_again(step);
            }
        }
    }

    /// The stages that repeat begin again, as far as they are among these.
    pub(in crate::domain) fn lapse(
        &mut self,
        spec: &ReleaseSpec,
        among: impl Fn(usize, &Stage) -> bool,
        back_merge: bool,
    ) {
        for (index, planned) in spec.plan.steps.iter().enumerate() {
            let Some(stage) = spec.plan.stages.get(planned.stage) else { continue };
            if !stage.repeats || !among(planned.stage, stage) {
                continue;
            }
            let keeps_deploy = back_merge && stage.keeps_deploys && matches!(planned.step, Step::Deploy { .. });
            if keeps_deploy || matches!(planned.step, Step::Announce { .. } | Step::AwaitFix) {
                continue;
            }
            if let Some(gate) = planned.step.gate() {
                self.gates.insert(gate.name.clone(), GateState::default());
            }
            self.begin_again(index);
        }
    }

    /// A step is tried once more: what was asked for on its way is asked for anew, unless it is still there. What was
    /// taken back after it had come is decided on anew.
    pub(super) fn try_again(&mut self, spec: &ReleaseSpec, step: usize, by_itself: bool) {
        let retried = if by_itself { self.step(step).retried + 1 } else { 0 };
        match self.phase(spec, step) {
            Phase::Planned => self.begin_once_more(step),
            Phase::Deploying => self.ask_cd_again(step),
            Phase::Soaking | Phase::Watching => self.at(step, StepState::next_phase),
            Phase::Failed | Phase::RollingBack => self.roll_back_again(step),
            Phase::RolledBack | Phase::Held => self.restart(spec, step, step + 1),
            Phase::Unanswered => self.go_on_unanswered(spec, step),
            Phase::Settled => self.restart(spec, step, spec.plan.steps.len()),
        }
        self.at(step, |step| step.retried = retried);
    }

    /// Whether a request got there whose answer is not known is looked for.
    fn begin_once_more(&mut self, step: usize) {
        let old = self.step(step);
        let begun = old.started.filter(|_| old.done.is_none());
        let (tries, earlier) = (old.tries, old.earlier.clone());
        self.begin_again(step);
        self.at(step, |step| {
            // What an earlier try asked for may still go on, however often somebody asks.
            step.earlier = earlier;
            if begun.is_some() {
                (step.started, step.tries) = (begun, tries);
            }
        });
    }

    /// CD is asked once more, unless what it was asked for goes on or has ended well without being seen.
    fn ask_cd_again(&mut self, step: usize) {
        let state = self.step(step);
        let ended = state.failed.is_some() || state.rollout.here.is_some() || state.rollout.is_answered();
        let earlier = state.rollout.asked.clone().map(|asked| Earlier { made: asked.made, at: asked.at, ended });
        self.begin_again(step);
        self.at(step, |step| step.earlier = earlier);
    }

    fn roll_back_again(&mut self, step: usize) {
        let Some(state) = self.steps.get_mut(step) else { return };
        let (begun, ended) = (state.started, state.failed.is_some());
        let earlier = state.rollout.back.take().map(|back| Earlier { made: back.made, at: back.at, ended });
        state.rollout.resume(Phase::Failed);
        state.next_phase();
        if let Some(run) = earlier.as_ref().and_then(|earlier| earlier.made.run()) {
            self.old_runs.insert(run);
        }
        state.tries += u32::from(earlier.is_some());
        state.started = begun.filter(|_| earlier.is_none());
        state.earlier = earlier;
    }

    /// Somebody went past the answer to a failure: what did not come is asked for again, what came is watched again.
    fn go_on_unanswered(&mut self, spec: &ReleaseSpec, step: usize) {
        let rollout = &self.step(step).rollout;
        if rollout.back.is_some() {
            return self.restart(spec, step, step + 1);
        }
        if spec.plan.settling(step).is_some_and(|settling| settling.deploys) && rollout.here.is_none() {
            return self.ask_cd_again(step);
        }
        self.at(step, |step| {
            step.rollout.failure = None;
            step.rollout.resume(Phase::Watching);
            step.next_phase();
        });
    }

    /// What was taken back begins with the first of the deploys that brought it. What is behind it stays made; only what
    /// people said of it is said anew.
    fn restart(&mut self, spec: &ReleaseSpec, step: usize, last: usize) {
        let plan = &spec.plan;
        for (again, PlannedStep { step: planned, .. }) in
            plan.steps.iter().enumerate().take(last).skip(plan.restart_from(step))
        {
            if again == step {
                self.ask_cd_again(step);
                continue;
            }
            // What was announced stays announced.
            let announced = again < step && matches!(planned, Step::Announce { .. });
            if announced || again > step && !planned.speaks_of_what_runs() {
                continue;
            }
            if let Step::SignOff(gate) = planned {
                self.gates.insert(gate.name.clone(), GateState::default());
            }
            self.begin_again(again);
        }
    }

    pub(in crate::domain) fn begin_again(&mut self, step: usize) {
        let Some(state) = self.steps.get_mut(step) else { return };
        let old = std::mem::take(state);
        // What people were told about its date stays told.
        let gone_on = old.rollout.is_asked() || old.rollout.is_answered();
        let begun = old.started.is_some() || old.done.is_some() || old.failed.is_some() || gone_on;
        let tries = old.tries + u32::from(begun);
        let StepState { reminded, escalated, late, first_done, .. } = old;
        *state = StepState { reminded, escalated, late, first_done, tries, ..StepState::default() };
        let asked = [old.rollout.asked, old.rollout.back].into_iter().flatten();
        self.old_runs.extend(asked.filter_map(|asked| asked.made.run()));
    }
}
