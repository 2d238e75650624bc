//! The state of a release: what follows from its facts.

use chrono::{DateTime, Utc};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use super::{
    ReleaseId,
    authors::Authorship,
    conflict::Conflict,
    fact::{BackMerge, Fact, Missing, NewCommit, OtherMerge, Outcome, Proposal, Recorded, THE_BOT},
    failure::Failure,
    gate::GateState,
    glass::GlassAsked,
    hindrance::Ruling,
    leftover::{CleanUp, Leftover},
    notes::Notes,
    plan::PullRequestName,
    rollout::Rollout,
    setback::{Setback, Unseen},
    spec::ReleaseSpec,
    stories::Stories,
};
use crate::domain::time::dates::Dates;

mod again;
mod deploy;
mod made;

/// What follows from a release's facts.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// One per step of the plan.
    pub steps: Vec<StepState>,
    /// One per gate, by name.
    pub gates: BTreeMap<String, GateState>,
    /// The newest known commit of the release branch.
    pub head: Option<String>,
    /// The newest known commits of other branches that stages watch.
    pub heads: BTreeMap<String, String>,
    /// Commits that came to the branch after the snapshot, oldest first.
    pub new_commits: Vec<NewCommit>,
    /// Who wrote what is decided on, by the commit for which that was read.
    pub authors: BTreeMap<String, Authorship>,
    /// The commit that the tag points at.
    pub tagged: Option<String>,
    /// When that was known.
    pub tagged_at: Option<DateTime<Utc>>,
    /// The pull requests made so far: number and page.
    pub pull_requests: BTreeMap<PullRequestName, (u64, String)>,
    /// Who merged the release's pull request, into which commit, and the head that was merged.
    pub merged: Option<ReleaseMerge>,
    /// How others merged its pull request last, if that was otherwise than the release would have.
    pub merged_otherwise: Option<OtherMerge>,
    /// Who asked the bot to merge.
    pub merge_asked: Option<String>,
    /// Workflow runs that belong to earlier attempts.
    pub old_runs: BTreeSet<u64>,
    /// The digest of the artifact that was deployed first, where it has to stay the same.
    pub artifact: Option<String>,
    /// The release page.
    pub page: Option<String>,
    /// What is in it, as it was read last.
    pub notes: Notes,
    /// The stories that people picked.
    pub stories: Stories,
    /// Hotfixes without whose fix it may be released.
    pub waived: BTreeSet<ReleaseId>,
    /// What the repository's rules keep it from, as far as they were read.
    pub ruling: Ruling,
    /// When its dates are.
    pub dates: Dates,
    /// When it should have left last, and what was missing.
    pub missed: Option<(DateTime<Utc>, Vec<Missing>)>,
    /// The last moment before the target, or the target itself, of which people were told.
    pub target_told: Option<DateTime<Utc>>,
    /// Who cancelled, when and why.
    pub cancelled: Option<(String, DateTime<Utc>, String)>,
    /// What became of what it left on GitHub, in order, if that is to be removed.
    pub clean_up: Option<Vec<(Leftover, CleanUp)>>,
    /// What took its place in production, once nothing was left to decide because of it.
    pub overtaken: Option<Successor>,
    /// When it was finished.
    pub finished: Option<DateTime<Utc>>,
}

/// A later version that took a release's place in production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Its version.
    pub version: String,
    /// Where it runs.
    pub environment: String,
    /// Since when nothing was left to decide.
    pub at: DateTime<Utc>,
}

/// A merged pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseMerge {
    /// Who merged it.
    pub by: String,
    /// The merge commit.
    pub commit: String,
    /// The head that was merged.
    pub head: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a step stands; of a deploy, how it stands in its present phase.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepState {
    /// When it first started, if it did.
    pub started: Option<DateTime<Utc>>,
    /// What it made and when, if it is done.
    pub done: Option<(Outcome, DateTime<Utc>)>,
    /// What went wrong, when it is tried again, and how often it failed in a row.
    pub failed: Option<Failure>,
    /// What was last seen outside, if it was looked at.
    pub seen: Option<LastSeen>,
    /// Why what it looks at cannot be seen now.
    pub unseen: Option<Unseen>,
    /// How the deploy stands, if it is one.
    pub rollout: Rollout,
    /// What an earlier try asked CD for.
    pub earlier: Option<Earlier>,
    /// What was last seen to conflict.
    pub conflict: Option<Conflict>,
    /// The pull request that does it instead.
    pub proposed: Option<Proposal>,
    /// Whether those who can act have been asked to.
    pub asked: bool,
    /// Who went past it, and why.
    pub skipped: Option<(String, String)>,
    /// Who asked to go past it, where it takes two.
    pub glass: Option<GlassAsked>,
    /// Whether a later version made it needless.
    pub overtaken: bool,
    /// The last moment before its date for which people were reminded.
    pub reminded: Option<DateTime<Utc>>,
    /// The deadline that passed without a decision, once those concerned were told.
    pub escalated: Option<DateTime<Utc>>,
    /// Whether it was not through at its deadline, and nobody has moved a date since.
    pub late: bool,
    /// How often it had begun before it began again.
    pub tries: u32,
    /// How often it was tried again by itself since it began anew for another reason.
    pub retried: u32,
    /// When it was done for the first time: what begins again because a commit came was in time nevertheless.
    pub first_done: Option<DateTime<Utc>>,
}

/// What was last seen of what a step waits for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastSeen {
    /// What that is, if there is anything to say.
    pub what: Option<Setback>,
    /// Whether a person has to act on it.
    pub asks: bool,
}

/// A step with which nothing has been done.
static NEVER_BEGUN: LazyLock<StepState> = LazyLock::new(StepState::default);

/// What an earlier try asked CD for: it may still be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The run or deployment.
    pub made: Outcome,
    /// When it was known.
    pub at: DateTime<Utc>,
    /// Whether its end was seen.
    pub ended: bool,
}

impl StepState {
    /// Whether the release has gone past it.
    pub fn is_over(&self) -> bool {
        self.done.is_some() || self.skipped.is_some() || self.overtaken
    }

    /// Whether it has been begun: a request has left, or is about to.
    pub fn is_begun(&self) -> bool {
        self.started.is_some() || self.rollout.is_asked()
    }

    /// Whether something went wrong with it that was not put right.
    pub fn is_failed(&self) -> bool {
        self.failed.is_some() || (self.rollout.is_answered() && self.done.is_none())
    }

    /// Whether it waits for a person because something went wrong.
    pub fn is_stuck(&self) -> bool {
        let failed = self.failed.as_ref().is_some_and(|failure| failure.retry_at.is_none());
        failed || (self.rollout.is_answered() && self.done.is_none())
    }

    /// What was not seen or done in an earlier phase of a deploy says nothing of the next.
    fn next_phase(&mut self) {
        (self.started, self.failed, self.seen, self.unseen) = (None, None, None, None);
        (self.conflict, self.earlier, self.asked) = (None, None, false);
    }
}

impl State {
    /// The state before anything happened.
    pub fn new(spec: &ReleaseSpec) -> Self {
        let gates = spec.plan.gates().map(|(_, gate)| (gate.name.clone(), GateState::default())).collect();
        let steps = vec![StepState::default(); spec.plan.steps.len()];
        Self { steps, gates, dates: spec.dates.clone(), ..Self::default() }
    }

    /// How a step stands. One that is not in the plan has never been begun.
    pub fn step(&self, step: usize) -> &StepState {
        self.steps.get(step).unwrap_or(&NEVER_BEGUN)
    }

    /// Changes how a step stands; one that is not in the plan has nothing to be changed.
    pub(in crate::domain) fn at(&mut self, step: usize, change: impl FnOnce(&mut StepState)) {
        if let Some(step) = self.steps.get_mut(step) {
            change(step);
        }
    }

    /// How the back-merge went, once it did.
    pub fn back_merge(&self) -> Option<&BackMerge> {
        self.steps.iter().find_map(|step| {
            let Some((Outcome::BackMerge(how), _)) = &step.done else { return None };
            Some(how)
        })
    }

    /// The numbers of the pull requests that the release made.
    pub fn own_pulls(&self) -> Vec<u64> {
        let proposed = self.steps.iter().filter_map(|step| step.proposed.as_ref()).map(|proposal| proposal.number);
        self.pull_requests.values().map(|(number, _)| *number).chain(proposed).collect()
    }

    /// Takes one more fact in.
    pub fn apply(&mut self, spec: &ReleaseSpec, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.fact {
            Fact::Started { step } => {
                self.at(*step, |step| step.started = step.started.or(Some(at)));
            }
            Fact::Done { step, made } if spec.plan.settling(*step).is_some() => self.goes_on(spec, *step, made, at),
            Fact::Done { step, made } => {
                self.note_made(spec, *step, made, at);
                self.at(*step, |step| {
                    step.done = Some((made.clone(), at));
                    step.first_done.get_or_insert(at);
                    (step.failed, step.seen, step.unseen, step.conflict) = (None, None, None, None);
                });
            }
            Fact::Failed { step: index, problem, retry_at, conflict, .. } => {
                let times = self.step(*index).failed.as_ref().map_or(0, |failure| failure.times) + 1;
                let (problem, conflict) = (problem.clone(), conflict.clone());
                let failure = Failure { problem, retry_at: *retry_at, times, conflict };
                self.at(*index, |step| step.failed = Some(failure));
                if retry_at.is_none() {
                    self.goes_wrong(spec, *index);
                    // A merge that was refused has to be asked for again.
                    self.merge_asked = None;
                }
            }
            Fact::Seen { step, what, asks, conflict, .. } => {
                self.at(*step, |step| {
                    // An older program had no words where there was nothing to say.
                    let what = what.clone().filter(|what| *what != Setback::default());
                    step.seen = Some(LastSeen { what, asks: *asks });
                    step.conflict.clone_from(conflict);
                    // What only looks has no trouble that it does not see.
                    (step.failed, step.unseen) = (None, None);
                });
            }
            Fact::Unseen { step, problem, why, .. } => self.at(*step, |step| {
                // What was to be tried again was.
                step.failed.take_if(|failure| failure.retry_at.is_some());
                step.unseen = Some(Unseen { why: *why, problem: problem.clone() });
            }),
            Fact::Proposed { step, proposal } => self.at(*step, |step| {
                (step.failed, step.proposed) = (None, Some(proposal.clone()));
            }),
            Fact::Asked { step } => self.at(*step, |step| step.asked = true),
            Fact::Watched { branch, commit } => drop(self.heads.insert(branch.clone(), commit.clone())),
            Fact::HeadMoved { branch: Some(branch), to, back_merge, .. } => {
                self.other_moved(spec, branch, to, *back_merge);
            }
            Fact::HeadMoved { branch: None, to, commits, back_merge, .. } => {
                self.head_moved(spec, to, commits, *back_merge);
            }
            Fact::Ticked { gate, item, on, by } => {
                if let Some(gate) = self.gates.get_mut(gate) {
                    if *on {
                        gate.ticked.insert(*item, by.clone());
                    } else {
                        gate.ticked.remove(item);
                    }
                }
            }
            Fact::Approved { gate, by, review, .. } => {
                let mut taken_back = false;
                if let Some(gate) = self.gates.get_mut(gate) {
                    taken_back = gate.rejected.take_if(|(rejecter, _)| rejecter == by).is_some();
                    if !gate.approved.contains(by) {
                        gate.reviewed.extend(review.iter().map(|review| (by.clone(), review.clone())));
                        gate.approved.push(by.clone());
                    }
                }
                // What asked the others has ended with the rejection.
                if let Some((step, _)) = spec.plan.gate(gate).filter(|_| taken_back) {
                    self.at(step, |step| step.asked = false);
                }
            }
            Fact::Rejected { gate, by, reason, .. } => {
                if let Some(gate) = self.gates.get_mut(gate) {
                    gate.forget_approval(by);
                    gate.rejected = Some((by.clone(), reason.clone()));
                }
                // Who asked to go past it had not seen that.
                if let Some((step, _)) = spec.plan.gate(gate) {
                    self.at(step, |step| step.glass = None);
                }
            }
            Fact::Withdrawn { gate, by, .. } => {
                if let Some(gate) = self.gates.get_mut(gate) {
                    gate.forget_approval(by);
                    gate.rejected.take_if(|(rejecter, _)| rejecter == by);
                }
                // A gate that was through is open again.
                if let Some((step, _)) = spec.plan.gate(gate) {
                    self.begin_again(step);
                }
            }
            Fact::Reminded { step, due } => self.at(*step, |step| step.reminded = Some(*due)),
            Fact::Escalated { step, deadline } => self.at(*step, |step| {
                (step.escalated, step.late) = (Some(*deadline), true);
            }),
            Fact::TargetNear { due } => self.target_told = Some(*due),
            Fact::TargetMissed { at } => self.target_told = Some(*at),
            Fact::Missed { at, missing, .. } => {
                self.missed = Some((*at, missing.clone()));
                self.merge_asked = None;
            }
            Fact::Moved { dates, .. } => {
                self.dates = dates.clone();
                // Whoever moves a date knows what is late.
                self.steps.iter_mut().for_each(|step| step.late = false);
            }
            Fact::MergedOtherwise { merge } => {
                // Who asked for a merge did not ask for this one.
                self.merge_asked.take_if(|_| merge.rewritten);
                self.merged_otherwise = Some(merge.clone());
            }
            Fact::MergeAsked { by } => self.merge_asked = Some(by.clone()),
            Fact::RetryAsked { step, by } => self.try_again(spec, *step, by == THE_BOT),
            Fact::Skipped { step, .. } if self.goes_past_answer(spec, *step) => {}
            Fact::SkipAsked { step, by, reason, commit } => {
                let asked = GlassAsked { by: by.clone(), reason: reason.clone(), commit: commit.clone() };
                self.at(*step, |step| step.glass = Some(asked));
            }
            // What is still to be looked at is read off the facts.
            Fact::Reviewed { .. } | Fact::ReviewPassedOver { .. } => {}
            Fact::Skipped { step, by, reason, second } => {
                let by = second.as_ref().map_or_else(|| by.clone(), |second| format!("{by} and {second}"));
                self.at(*step, |step| (step.skipped, step.failed) = (Some((by, reason.clone())), None));
            }
            Fact::Overtaken { step, environment, by } => {
                self.at(*step, |step| step.overtaken = true);
                self.overtaken = Some(Successor { version: by.clone(), environment: environment.clone(), at });
            }
            Fact::Story { story, what } => self.story(spec, story, what, at),
            Fact::StoriesDiffer { differences } => self.compared(spec, differences),
            Fact::Rebuilt { commit } => self.rebuilt(commit),
            Fact::Cancelled { by, reason, cleans_up } => {
                (self.cancelled, self.clean_up) = (Some((by.clone(), at, reason.clone())), cleans_up.then(Vec::new));
            }
            Fact::CleanUp { what, came } => self.cleaned_up(what, came),
            Fact::Waived { hotfixes, .. } => self.waived.extend(hotfixes),
            Fact::Authored { commit, authors } => drop(self.authors.insert(commit.clone(), authors.clone())),
            Fact::Ruled { hindrances, unread } => {
                self.ruling = Ruling { hindrances: hindrances.clone(), unread: unread.clone() };
            }
            Fact::Finished => self.finished = Some(at),
        }
    }

    /// Whether a run on GitHub is known already: some step asked for it.
    pub fn knows_run(&self, id: u64) -> bool {
        let asked = self.steps.iter().flat_map(|step| [&step.rollout.asked, &step.rollout.back]).flatten();
        let mut runs = asked.filter_map(|asked| asked.made.run());
        self.old_runs.contains(&id) || runs.any(|run| run == id)
    }
}

#[cfg(test)]
mod tests;
