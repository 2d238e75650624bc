//! Takes facts about stories in.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Difference, Picking, Stands, Stories, Story, StoryFact};
use crate::domain::release::{failure::Failure, gate::GateState, spec::ReleaseSpec, state::State};

impl State {
    /// Takes a fact about a story in.
    pub(in crate::domain) fn story(&mut self, spec: &ReleaseSpec, name: &str, what: &StoryFact, at: DateTime<Utc>) {
        let Some(picking) = spec.plan.picking() else { return };
        if let StoryFact::Merged { commit: Some(commit) } = what
            && picking.into == spec.branch
            && self.stories.named(name).is_some()
        {
            self.head = Some(commit.clone());
        }
        // What the bot merges itself is no news to the stages that watch the branch.
        if let StoryFact::Merged { commit: Some(commit) } = what
            && let Some(head) = self.heads.get_mut(picking.into)
        {
            head.clone_from(commit);
        }
        self.stories.apply(picking, name, what, at, &mut self.old_runs);
        if matches!(what, StoryFact::Added { .. } | StoryFact::Removed { .. }) {
            self.pick_again(spec, picking);
        }
        if matches!(what, StoryFact::Merged { .. } | StoryFact::Moved { .. }) {
            self.ask_again(picking);
        }
    }

    /// The branch is back where it began: everything that stays is merged again.
    pub(in crate::domain) fn rebuilt(&mut self, commit: &str) {
        self.head = Some(commit.to_owned());
        self.stories.rebuild = false;
        self.stories.merges.clear();
    }

    /// What the branch holds was compared with the choice: what is new is put to those who choose, and what else goes on goes
    /// on, but for the tag.
    pub(in crate::domain) fn compared(&mut self, spec: &ReleaseSpec, differences: &[Difference]) {
        let Some(picking) = spec.plan.picking() else { return };
        let new = differences.iter().any(|one| !self.stories.differences.contains(one));
        self.stories.differences = differences.to_vec();
        if new {
            if self.step(picking.step).is_over() {
                self.begin_again(picking.step);
                self.stories.asked_again = true;
            }
            self.ask_again(picking);
        }
    }

    /// What is in changes: who said that these are all is asked again, and what came after begins again.
    fn pick_again(&mut self, spec: &ReleaseSpec, picking: Picking<'_>) {
        if self.step(picking.step).is_over() || self.stories.asked_again {
            self.begin_again(picking.step);
            self.stories.asked_again = false;
            let own = spec.plan.steps.get(picking.step).map(|planned| planned.stage);
            self.lapse(spec, |stage, _| Some(stage) > own, false);
            // What passes the stories on has to pass the new ones on.
            self.pass_on_again(spec, picking.into, picking.step);
        }
        self.ask_again(picking);
    }

    /// The branch that they are merged into has changed by other hands.
    pub(in crate::domain) fn look_at_stories_again(&mut self, spec: &ReleaseSpec) {
        if let Some(picking) = spec.plan.picking()
            && picking.into == spec.branch
            && !self.step(picking.step).is_over()
        {
            self.ask_again(picking);
        }
    }

    fn ask_again(&mut self, picking: Picking<'_>) {
        self.gates.insert(picking.gate.name.clone(), GateState::default());
        self.at(picking.step, |step| step.asked = false);
    }
}

impl Stories {
    fn apply(
        &mut self,
        picking: Picking<'_>,
        name: &str,
        what: &StoryFact,
        at: DateTime<Utc>,
        old_runs: &mut BTreeSet<u64>,
    ) {
        if let StoryFact::Added { by } = what
            && self.named(name).is_none()
        {
            self.taken_out.retain(|out| out.name != name);
            let (name, by) = (name.to_owned(), by.clone());
            self.list.push(Story {
                name,
                by,
                head: None,
                passed: 0,
                stands: Stands::Pending,
                asked: None,
                failed: None,
            });
            return;
        }
        let gone = self.is_gone(name);
        let mut stories = self.list.iter_mut().enumerate();
        let Some((index, story)) = stories.find(|(_, story)| story.name == name) else { return };
        if matches!(
            what,
            StoryFact::Added { .. }
                | StoryFact::Removed { .. }
                | StoryFact::Moved { .. }
                | StoryFact::RetryAsked { .. }
                | StoryFact::Deployed { .. }
        ) {
            old_runs.extend(story.run());
        }
        if matches!(what, StoryFact::Removed { .. }) {
            let was_in = story.is_in() || story.is_merging(picking);
            let story = self.list.remove(index);
            if was_in {
                self.taken_out.push(story);
            }
            // What the branch does not hold any more needs no other branch.
            if was_in && !gone {
                self.make_again(picking);
            }
        } else if let StoryFact::Merged { commit } = what {
            story.stands = Stands::In { commit: commit.clone() };
            (story.asked, story.failed) = (None, None);
            self.merges.extend(commit.clone());
        } else {
            story.apply(picking, what, at);
        }
    }

    /// Everything that is in, and what conflicted, is merged again.
    fn make_again(&mut self, picking: Picking<'_>) {
        self.rebuild = true;
        for story in &mut self.list {
            if matches!(story.stands, Stands::In { .. } | Stands::LeftOut { .. }) {
                (story.stands, story.passed) = (Stands::Pending, picking.deploy.len());
                (story.asked, story.failed) = (None, None);
            }
        }
    }
}

impl Story {
    fn run(&self) -> Option<u64> {
        let Stands::Deploying { run, .. } = self.stands else { return None };
        Some(run)
    }

    /// Whether it may just be being merged.
    pub fn is_merging(&self, picking: Picking<'_>) -> bool {
        self.asked.is_some() && self.stands == Stands::Pending && self.passed >= picking.deploy.len()
    }

    fn apply(&mut self, picking: Picking<'_>, what: &StoryFact, at: DateTime<Utc>) {
        match what {
            StoryFact::Added { .. } => self.start(None),
            StoryFact::Moved { commit } => self.start(Some(commit.clone())),
            StoryFact::Began { commit } => {
                self.head = Some(commit.clone());
                self.asked = Some(at);
            }
            StoryFact::Asked { environment, run, url } => {
                self.go(Stands::Deploying { environment: environment.clone(), run: *run, url: url.clone() });
            }
            StoryFact::Deployed { environment, .. } if picking.test.is_empty() => self.pass(picking, environment),
            StoryFact::Deployed { environment, .. } => self.go(Stands::Testing { environment: environment.clone() }),
            StoryFact::Tested { environment, .. } => self.pass(picking, environment),
            StoryFact::Rejected { environment, by, reason } => {
                let (environment, by, reason) = (environment.clone(), by.clone(), reason.clone());
                self.go(Stands::Rejected { environment, by, reason });
            }
            StoryFact::LeftOut { onto, files } => {
                self.go(Stands::LeftOut { onto: onto.clone(), files: files.clone() });
            }
            StoryFact::TriedAgain => self.go(Stands::Pending),
            StoryFact::Failed { problem, retry_at } => {
                let times = self.failed.as_ref().map_or(0, |failure| failure.times) + 1;
                self.failed = Some(Failure { problem: problem.clone(), retry_at: *retry_at, times, conflict: None });
            }
            StoryFact::RetryAsked { .. } => {
                self.failed = None;
                // What may have been asked for already is looked for first.
                if self.run().is_some() {
                    self.go(Stands::Pending);
                }
            }
            StoryFact::Removed { .. } | StoryFact::Merged { .. } => {}
        }
    }

    fn start(&mut self, head: Option<String>) {
        self.head = head;
        self.passed = 0;
        self.go(Stands::Pending);
    }

    fn pass(&mut self, picking: Picking<'_>, environment: &str) {
        let place = picking.deploy.iter().position(|name| name == environment);
        self.passed = place.map_or(self.passed, |place| place + 1);
        self.go(Stands::Pending);
    }

    fn go(&mut self, stands: Stands) {
        self.stands = stands;
        (self.asked, self.failed) = (None, None);
    }
}
