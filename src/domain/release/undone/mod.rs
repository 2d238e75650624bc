//! Whether what a release deployed still runs where it was deployed: it may have been taken back, or replaced since.

use std::collections::BTreeMap;

use super::{Release, plan::Step, rollout::Phase};
use crate::domain::deploy::ledger::{Ledger, Running};

/// A deploy that had ended well, and whose version does not run there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undone<'a> {
    /// The step.
    pub deploy: usize,
    /// The environment.
    pub environment: &'a str,
    /// What runs there, if that is known.
    pub runs: Option<&'a Running>,
    /// Whether it was taken back, rather than followed by another version.
    pub taken_back: bool,
}

/// What keeps a step from being taken: the newest deploy before it, or the newest to each production, if what that brought
/// does not run any more. What was taken back goes nowhere; what was replaced only keeps people from saying something of it.
pub fn undone<'a>(release: &'a Release, step: usize, ledgers: &'a BTreeMap<String, Ledger>) -> Option<Undone<'a>> {
    let planned = release.spec.plan.step(step)?;
    // What a deploy itself brought is what it watches.
    let (before, speaks) = match release.phase(step) {
        Phase::Planned => (step, planned.speaks_of_what_runs()),
        Phase::Soaking | Phase::Watching => (step + 1, true),
        Phase::Deploying
        | Phase::Settled
        | Phase::Failed
        | Phase::RollingBack
        | Phase::RolledBack
        | Phase::Held
        | Phase::Unanswered => return None,
    };
    newest(release, before, ledgers).into_iter().find(|found| found.taken_back || speaks)
}

/// Whether a release has come to every production, and was not taken back in any since: nothing has to let it go first any
/// more.
pub fn runs_in_production(release: &Release, ledgers: &BTreeMap<String, Ledger>) -> bool {
    let plan = &release.spec.plan;
    let production = plan.production();
    let runs = |environment: &&str| {
        let came = release.deployed_to(environment, plan.steps.len());
        came.is_some_and(|(step, tag)| {
            let answered = release.state.step(step).rollout.is_answered();
            !answered && !ledgers.get(*environment).is_some_and(|ledger| ledger.is_taken_back(tag))
        })
    };
    !production.is_empty() && production.iter().all(runs)
}

/// What an environment runs, if that is production and a later version than the release's.
pub fn later_in_production<'a>(
    release: &Release,
    environment: &str,
    ledgers: &'a BTreeMap<String, Ledger>,
) -> Option<&'a Running> {
    let now = ledgers.get(environment)?.runs().filter(|_| release.spec.plan.is_production(environment))?;
    let version = release.spec.version.scheme().read(&now.version).ok()?;
    let others = now.release != Some(release.spec.id) && !release.is_roll_back();
    (others && version > release.spec.version).then_some(now)
}

/// Of the newest deploy before a step, and of the newest to each production: those whose version does not run any more.
fn newest<'a>(release: &'a Release, step: usize, ledgers: &'a BTreeMap<String, Ledger>) -> Vec<Undone<'a>> {
    if release.is_roll_back() {
        return vec![];
    }
    let production = release.spec.plan.production().into_iter();
    let to = |environment| release.deployed_to(environment, step).map(|(deploy, tag)| (deploy, environment, tag));
    let newest = release.deployed_before(step);
    let others = production.filter_map(to).filter(|other| Some(*other) != newest);
    newest.into_iter().chain(others).filter_map(|deployed| gone(release, deployed, ledgers)).collect()
}

fn gone<'a>(
    release: &'a Release,
    (deploy, environment, tag): (usize, &'a str, &'a str),
    ledgers: &'a BTreeMap<String, Ledger>,
) -> Option<Undone<'a>> {
    let ledger = ledgers.get(environment)?;
    let (runs, taken_back) = (ledger.runs(), ledger.is_taken_back(tag));
    let runs_still =
        runs.is_some_and(|runs| !runs.undecided && (runs.release == Some(release.spec.id) || runs.tag == tag));
    if runs_still || (runs.is_none() && !taken_back) {
        return None;
    }
    // Where a branch goes on, what came after is what people decide on.
    let bound = release.spec.plan.is_production(environment) || tag == release.spec.tag && !goes_on(release, deploy);
    (taken_back || bound).then_some(Undone { deploy, environment, runs, taken_back })
}

/// Whether a deploy brings a branch that others go on with.
fn goes_on(release: &Release, deploy: usize) -> bool {
    let plan = &release.spec.plan;
    matches!(plan.step(deploy), Some(Step::Deploy { git_ref, .. }) if *git_ref == release.spec.source)
}

#[cfg(test)]
mod tests;
