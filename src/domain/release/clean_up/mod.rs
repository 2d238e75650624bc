//! What a cancelled release leaves on GitHub: what of it only this release made, and what became of that.

use std::collections::BTreeMap;

use super::{
    Release,
    fact::Fact,
    leftover::{CleanUp, KeptFor, Leftover},
    plan::{PullRequestName, Step},
};
use crate::domain::deploy::ledger::Ledger;

#[cfg(test)]
mod tests;

impl Release {
    /// What it made on GitHub and would leave there, in the order in which it is removed: the branch last, for the others rest on it.
    pub fn leftovers(&self) -> Vec<Leftover> {
        if self.is_roll_back() {
            return vec![];
        }
        let (spec, state) = (&self.spec, &self.state);
        let merged = state.merged.as_ref().and(state.pull_requests.get(&PullRequestName::Release));
        let pulls = state.own_pulls().into_iter().filter(|number| merged.is_none_or(|(merged, _)| merged != number));
        let pulls = pulls.map(|number| Leftover::PullRequest { number });
        let begun = |made: &dyn Fn(&Step) -> bool| {
            let steps = spec.plan.steps.iter().zip(&state.steps);
            steps.filter(|(planned, _)| made(&planned.step)).any(|(_, state)| state.is_begun() || state.done.is_some())
        };
        let tag = begun(&|step| matches!(step, Step::Tag { name, .. } if *name == spec.tag));
        let branch = begun(
            &|step| matches!(step, Step::Snapshot { branch: name, .. } | Step::Branch { name, .. } if *name == spec.branch),
        );
        let deleted = state.steps.iter().zip(&spec.plan.steps).any(|(state, planned)| {
            state.done.is_some() && matches!(&planned.step, Step::DeleteBranch { name } if *name == spec.branch)
        });
        let tag = tag.then(|| Leftover::Tag { name: spec.tag.clone() });
        let branch = branch && !deleted && spec.branch != spec.source;
        let branch = branch.then(|| Leftover::Branch { name: spec.branch.clone() });
        pulls.chain(tag).chain(branch).collect()
    }

    /// Why something of it stays, as far as that follows from what is known here.
    pub fn kept_for(&self, left: &Leftover, ledgers: &BTreeMap<String, Ledger>) -> Option<KeptFor> {
        match left {
            Leftover::PullRequest { number } => {
                let own = self.state.pull_requests.get(&PullRequestName::Release);
                own.is_none_or(|(own, _)| own != number).then_some(KeptFor::BringsBack)
            }
            Leftover::Tag { .. } => {
                let deployed = self.tag_deployed_to(ledgers).map(|environment| KeptFor::Deployed { environment });
                deployed.or_else(|| self.state.merged.is_some().then_some(KeptFor::Merged))
            }
            Leftover::Branch { .. } => self.spec.adopted.is_some().then_some(KeptFor::Others),
        }
    }

    /// What is to be removed still, once it is cancelled.
    pub fn to_clean_up(&self) -> Vec<Leftover> {
        if self.state.clean_up.is_none() {
            return vec![];
        }
        let over = |left: &Leftover| self.clean_up_of(left).is_some_and(|came| *came != CleanUp::Begun);
        self.leftovers().into_iter().filter(|left| !over(left)).collect()
    }

    /// What became of something that it left.
    pub fn clean_up_of(&self, left: &Leftover) -> Option<&CleanUp> {
        let came = self.state.clean_up.iter().flatten().rev();
        came.into_iter().find(|(known, _)| known == left).map(|(_, came)| came)
    }

    /// Where its tag was deployed, or is about to be: by its own steps, by a push that CD watches, or by anybody else.
    fn tag_deployed_to(&self, ledgers: &BTreeMap<String, Ledger>) -> Option<String> {
        let (tag, id) = (&self.spec.tag, self.spec.id);
        let began = |step: usize| {
            let of =
                |fact: &Fact| matches!(fact, Fact::Started { step: of } | Fact::Done { step: of, .. } if *of == step);
            self.facts.iter().any(|recorded| of(&recorded.fact))
        };
        let mut own = self.spec.plan.steps.iter().enumerate().filter_map(|(step, planned)| {
            let Step::Deploy { environment, git_ref, .. } = &planned.step else { return None };
            let asked = || began(step) || planned.step.deploys_pushes_to(tag).is_some();
            (git_ref == tag && asked()).then(|| environment.clone())
        });
        let version = self.spec.version.to_string();
        let others = || ledgers.iter().find(|(_, ledger)| ledger.got_from_others(tag, &version, id));
        own.next().or_else(|| others().map(|(environment, _)| environment.clone()))
    }
}
