//! Writes what should be: statuses, one at a time, and the rulesets.

use std::collections::BTreeSet;

use super::{
    desired::{DesiredStatuses, Head, Urgency, desired},
    rulesets::{OwnRuleset, Which, put_right},
    scope::{EffectiveFreezes, RepositoryScope},
    watch::{EnforcementError, Refused, Then, Watch},
};
use crate::{
    context::Context,
    domain::freeze::enforcement::{CONTEXT, EnforcementReading},
    github::{
        problem::GithubProblem,
        statuses::{NewStatus, Wrote},
    },
    store::{StoreProblem, enforcement::Written},
};

/// So many of an hour's statuses are kept for those that close.
const KEPT_FOR_RED: usize = 100;

impl Watch {
    /// What has to be written, and what needs no remembering.
    pub(super) fn desired(
        &self,
        effective: &EffectiveFreezes<'_>,
        readings: &[EnforcementReading],
        rows: &[Written],
    ) -> DesiredStatuses {
        desired(&self.heads(effective, readings), rows, |branch| effective.is_closed(branch))
    }

    /// Writes as many statuses as have to be written and may be now; stops when something new has been heard.
    pub(super) async fn put_some(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        desired: DesiredStatuses,
        heard: impl Fn() -> bool,
    ) -> Result<Then, EnforcementError> {
        if !desired.forget.is_empty() && !self.list_due {
            forget(context, scope, desired.forget).await?;
            return Ok(Then::GoOn);
        }
        let reds: BTreeSet<String> =
            context.store.written(&scope.name)?.into_iter().filter(|row| row.red).map(|row| row.sha).collect();
        for wish in desired.write {
            if self.unwritten.is_some() {
                break;
            }
            if self.refused.get(&wish.sha).is_some_and(|refused| !refused.again) {
                continue;
            }
            // What has never been red can wait: some of the hour is kept for what is to be.
            let keep = if wish.red || reds.contains(&wish.sha) { 0 } else { KEPT_FOR_RED };
            if let Err(until) = self.pace.take(context.clock.now(), keep) {
                return Ok(Then::WaitUntil(until));
            }
            self.put_one(context, scope, wish).await?;
            if heard() {
                return Ok(Then::GoOn);
            }
        }
        Ok(Then::Rest)
    }

    async fn put_one(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        wish: Written,
    ) -> Result<(), EnforcementError> {
        let status = NewStatus { context: CONTEXT, good: !wish.red, description: &wish.description, target_url: None };
        let name = scope.name.clone();
        let wish = match scope.repository.set_status(&wish.sha, &status).await {
            Ok(Wrote::There { id, by }) => Written { id: Some(id), by: Some(by), ..wish },
            Ok(Wrote::NoCommit) => {
                // Its branch was pushed to with force, or its fork was deleted: nobody can merge it. If the list still has
                // it, that is looked at first.
                if !wish.red {
                    forget(context, scope, vec![wish.sha.clone()]).await?;
                }
                let heads = self.pulls.values().filter(|pull| pull.head == wish.sha);
                self.touched.extend(heads.map(|pull| pull.number));
                self.refuse(&name, wish.sha, "GitHub finds no such commit".to_owned());
                return Ok(());
            }
            Err(problem @ GithubProblem::Refused(_)) => {
                self.refuse(&name, wish.sha, problem.to_string());
                return Ok(());
            }
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                tracing::warn!(repository = name, %problem, "statuses cannot be written");
                self.unwritten = Some(problem.to_string());
                self.rules_due = true;
                return Ok(());
            }
        };
        tracing::debug!(repository = name, sha = wish.sha, red = wish.red, "a status was written");
        self.refused.remove(&wish.sha);
        if wish.red {
            self.unlisted.insert(wish.base.clone());
        }
        Ok(context.write(move |writing| writing.put_written(&name, &wish)).await?)
    }

    /// Notes that GitHub does not take the status of a commit. It is tried again with the next look at everything.
    fn refuse(&mut self, repository: &str, sha: String, why: String) {
        // Where everything is refused for one reason, that is said once.
        if self.refused.values().any(|known| known.why == why) {
            tracing::debug!(repository, sha, why, "a status is not taken");
        } else {
            tracing::warn!(repository, sha, why, "a status is not taken");
        }
        self.refused.insert(sha, Refused { why, again: false });
    }

    /// All commits that want to be merged, and whether they may be; those first that may be merged soonest.
    pub(super) fn heads(&self, effective: &EffectiveFreezes<'_>, readings: &[EnforcementReading]) -> Vec<Head> {
        let required =
            |branch: &str| readings.iter().any(|guard| guard.branch == branch && guard.required == Some(true));
        let pulls = self.pulls.values().filter(|pull| !effective.may_be_own(pull)).map(|pull| Head {
            sha: pull.head.clone(),
            base: pull.base.clone(),
            closed: effective.against(pull),
            open: effective.leave(pull),
            required: required(&pull.base),
            pull: pull.number,
            urgency: Urgency::of(pull),
            brief: effective.before(pull.number).is_some_and(|before| before.brief),
        });
        let groups = self.groups.iter().map(|group| {
            // A group that stands on another group brings those pull requests along, so it closes as they do.
            let pull = self.pulls.get(&group.pull).filter(|pull| group.alone && pull.base == group.base);
            let frozen = effective
                .against_all(&group.base)
                .filter(|_| pull.is_none_or(|pull| effective.against(pull).is_some()));
            // Whatever stands before it in the queue it brings along.
            let before = self.groups.iter().filter(|other| other.base == group.base);
            let early =
                before.filter(|other| !group.alone || *other == group).find_map(|one| effective.before(one.pull));
            let closed = frozen.or_else(|| early.map(|before| before.why.clone()));
            let open = pull.map_or_else(|| "no freeze is active".to_owned(), |pull| effective.leave(pull));
            let (sha, base) = (group.head.clone(), group.base.clone());
            let urgency = Urgency::Queued;
            Head { sha, required: required(&base), base, closed, open, pull: group.pull, urgency, brief: false }
        });
        let mut heads: Vec<Head> = pulls.chain(groups).collect();
        heads.sort_by_key(|head| head.urgency);
        heads
    }
}

async fn forget(context: &Context, scope: &RepositoryScope, commits: Vec<String>) -> Result<(), StoreProblem> {
    let name = scope.name.clone();
    context
        .write(move |writing| {
            commits.iter().for_each(|sha| writing.forget_written(&name, sha));
            Ok(())
        })
        .await
}

impl Watch {
    /// What is known of a ruleset of ours.
    pub(super) fn own(&self, which: Which) -> &OwnRuleset {
        match which {
            Which::Pass => &self.passing,
            Which::Updates => &self.restricting,
        }
    }

    /// The same, to be changed.
    pub(super) fn own_mut(&mut self, which: Which) -> &mut OwnRuleset {
        match which {
            Which::Pass => &mut self.passing,
            Which::Updates => &mut self.restricting,
        }
    }

    /// Makes the rulesets what they should be.
    pub(super) async fn put_rulesets(&mut self, scope: &RepositoryScope) -> Result<(), EnforcementError> {
        for which in Which::BOTH.into_iter().filter(|which| which.is_possible(scope)) {
            let (id, problem) = match put_right(scope, which, &self.closed).await {
                Ok(id) => (id, None),
                Err(problem) if problem.may_pass() => return Err(problem.into()),
                Err(problem) => {
                    let words = problem.to_string();
                    if self.own(which).problem.as_ref() != Some(&words) {
                        let ruleset = which.name();
                        tracing::warn!(repository = scope.name, ruleset, %problem, "a ruleset could not be put right");
                    }
                    (self.own(which).id, Some(words))
                }
            };
            *self.own_mut(which) = OwnRuleset { id, problem };
        }
        Ok(())
    }
}

/// Forgets what leave commits have.
pub(super) async fn forget_leaves(
    context: &Context,
    scope: &RepositoryScope,
    commits: Vec<String>,
) -> Result<(), StoreProblem> {
    let name = scope.name.clone();
    context
        .write(move |writing| {
            commits.iter().for_each(|sha| writing.forget_leave(&name, sha));
            Ok(())
        })
        .await
}
