//! Looks at what is there: open pull requests, groups in merge queues, exemptions that lapse.

use std::collections::BTreeSet;

use super::{
    scope::{EffectiveFreezes, RepositoryScope},
    seen::QueueGroup,
    watch::{EnforcementError, Watch},
};
use crate::{
    context::Context,
    domain::freeze::{enforcement::EnforcementReading, exemption::Lapse},
    record::freezes,
    store::StoreProblem,
};

/// Where GitHub keeps the groups of a merge queue; nobody else can write there.
const QUEUE: &str = "gh-readonly-queue";

impl Watch {
    /// What the bot itself has opened it knows, whatever it hears.
    pub(super) fn touch_own(&mut self, effective: &EffectiveFreezes<'_>) {
        let unknown = |number: &u64| !self.pulls.contains_key(number) && !self.absent.contains(number);
        let unknown: Vec<u64> = effective.early().filter(unknown).collect();
        self.touched.extend(unknown);
    }

    /// Whether a commit waits for the turn of a release's own pull request only, which may be long.
    pub(super) fn is_early(&self, effective: &EffectiveFreezes<'_>, sha: &str) -> bool {
        self.pulls.values().any(|pull| pull.head == sha && effective.before(pull.number).is_some())
    }

    /// Reads one thing that is due; whether there was one.
    pub(super) async fn read_one(
        &mut self,
        scope: &RepositoryScope,
        effective: &EffectiveFreezes<'_>,
        readings: &[EnforcementReading],
    ) -> Result<bool, EnforcementError> {
        if self.list_due {
            let pulls = scope.repository.open_pulls().await?;
            let before = std::mem::take(&mut self.pulls);
            self.pulls = pulls.into_iter().map(|pull| (pull.number, pull)).collect();
            if effective.closes_anything() {
                self.gone.extend(before.into_keys().filter(|number| !self.pulls.contains_key(number)));
            }
            self.touched.clear();
            (self.list_due, self.shown_due) = (false, true);
            return Ok(true);
        }
        if let Some(number) = self.touched.first().copied() {
            match scope.repository.open_pull(number).await? {
                Some(pull) => {
                    self.absent.remove(&number);
                    self.pulls.insert(number, pull);
                }
                None => {
                    self.pulls.remove(&number);
                    self.absent.insert(number);
                    if effective.closes_anything() {
                        self.gone.insert(number);
                    }
                }
            }
            self.touched.remove(&number);
            return Ok(true);
        }
        if self.groups_due {
            let required =
                readings.iter().filter(|guard| guard.required == Some(true)).map(|guard| guard.branch.clone());
            let bases: BTreeSet<String> =
                self.closed_branches(scope, effective, readings).into_iter().chain(required).collect();
            let mut groups = vec![];
            for base in bases {
                groups.extend(read_groups(scope, &base).await?);
            }
            (self.groups, self.groups_due) = (groups, false);
            return Ok(true);
        }
        Ok(false)
    }

    /// The branches that are closed to ordinary merges, as far as anybody works on them.
    pub(super) fn closed_branches(
        &self,
        scope: &RepositoryScope,
        effective: &EffectiveFreezes<'_>,
        readings: &[EnforcementReading],
    ) -> BTreeSet<String> {
        let bases = self.pulls.values().map(|pull| pull.base.clone());
        let known = readings.iter().map(|guard| guard.branch.clone());
        let all: BTreeSet<String> =
            scope.lines().into_iter().chain(effective.named()).chain(bases).chain(known).collect();
        all.into_iter().filter(|branch| effective.is_closed(branch)).collect()
    }

    /// Notes exemptions whose pull request is not any more what it was.
    pub(super) async fn lapse(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        effective: &EffectiveFreezes<'_>,
    ) -> Result<(), EnforcementError> {
        let now = context.clock.now();
        for exemption in &effective.exemptions {
            let number = exemption.pull_request;
            let found = self.pulls.get(&number).map(|pull| (pull.head.as_str(), pull.base.as_str()));
            let fix = effective.lapse_of_fix(exemption)?;
            let Some(mut why) = exemption.lapse(found, now).or_else(|| fix.clone()) else { continue };
            if why.is_of_open_pulls() {
                // The list may have missed it, or be old, so it is looked at by itself.
                let Some(pull) = scope.repository.open_pull(number).await? else {
                    note(context, exemption.id, Lapse::Closed).await?;
                    continue;
                };
                let again = exemption.lapse(Some((&pull.head, &pull.base)), now).or(fix);
                self.pulls.insert(number, pull);
                let Some(found) = again else { continue };
                why = found;
            }
            note(context, exemption.id, why).await?;
        }
        Ok(())
    }
}

async fn note(context: &Context, id: u64, why: Lapse) -> Result<(), StoreProblem> {
    let writer = context.clone();
    context
        .write(move |writing| {
            let found =
                writing.exemptions()?.into_iter().find(|exemption| exemption.id == id && exemption.lapsed.is_none());
            match found {
                Some(exemption) => freezes::lapse(&writer, writing, exemption, why),
                None => Ok(()),
            }
        })
        .await
}

/// The groups in the merge queue of a branch. GitHub names each after its last pull request and the commit it stands on.
async fn read_groups(scope: &RepositoryScope, base: &str) -> Result<Vec<QueueGroup>, EnforcementError> {
    let prefix = format!("{QUEUE}/{base}/");
    let refs = scope.repository.branches_with_prefix(&prefix).await?;
    if refs.is_empty() {
        return Ok(vec![]);
    }
    let tip = scope.repository.branch(base).await?;
    let group = |(name, head): (String, String)| {
        let (number, stands_on) = name.strip_prefix(&prefix)?.strip_prefix("pr-")?.split_once('-')?;
        let alone = tip.as_deref() == Some(stands_on);
        Some(QueueGroup { base: base.to_owned(), head, pull: number.parse().ok()?, alone })
    };
    Ok(refs.into_iter().filter_map(group).collect())
}
