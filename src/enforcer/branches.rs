//! Reads the effective rules of the branches back.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    rulesets::Which,
    scope::RepositoryScope,
    seen::ReadRules,
    watch::{EnforcementError, Then, Watch},
};
use crate::{
    context::Context,
    domain::freeze::{
        closing::{CheckSource, ClosingRule, Passing},
        enforcement::{CONTEXT, Enforcement, EnforcementReading, PASS},
        reading::RulesetReading,
    },
    github::rules::{BranchRules, RequiredBy},
};

/// Who may pass the rulesets that were met in one reading.
type Passers = BTreeMap<u64, Passing>;

impl Watch {
    /// Reads the rules of all lines and of all closed branches, and tells what is new about them.
    pub(super) async fn read_rules(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        readings: &[EnforcementReading],
    ) -> Result<Then, EnforcementError> {
        let known = readings.iter().filter(|guard| guard.told.is_some()).map(|guard| guard.branch.clone());
        let branches: BTreeSet<String> =
            scope.lines().into_iter().chain(self.closed.iter().cloned()).chain(known).collect();
        (self.rules, self.rules_due) = (self.read_branches(scope, branches).await?, false);
        self.tell(context, scope).await?;
        Ok(Then::GoOn)
    }

    /// Before the ruleset is put right, reads the rules of the branches that were told to be closed: what somebody has changed
    /// is told, and then its repair.
    pub(super) async fn read_what_was_left(
        &mut self,
        context: &Context,
        scope: &RepositoryScope,
        readings: &[EnforcementReading],
    ) -> Result<(), EnforcementError> {
        let kept = readings.iter().filter(|guard| guard.told.as_ref().is_some_and(Enforcement::is_kept));
        let kept = kept.map(|guard| guard.branch.clone());
        let branches: BTreeSet<String> = kept.filter(|branch| self.closed.contains(branch)).collect();
        if branches.is_empty() {
            return Ok(());
        }
        for which in Which::BOTH {
            if !which.is_possible(scope) || self.own(which).id.is_some() {
                continue;
            }
            self.own_mut(which).id = match scope.repository.restriction(which.name()).await {
                Ok(found) => found.map(|(id, _)| id),
                Err(problem) if problem.may_pass() => return Err(problem.into()),
                Err(problem) => {
                    tracing::debug!(repository = scope.name, %problem, "how the ruleset was left cannot be read");
                    return Ok(());
                }
            };
        }
        self.rules = self.read_branches(scope, branches).await?;
        self.tell(context, scope).await.map(drop)
    }

    async fn read_branches(
        &self,
        scope: &RepositoryScope,
        branches: BTreeSet<String>,
    ) -> Result<BTreeMap<String, ReadRules>, EnforcementError> {
        let (mut found, mut passers) = (BTreeMap::new(), Passers::new());
        for branch in branches {
            let rules = self.read_branch(scope, &branch, &mut passers).await?;
            found.insert(branch, rules);
        }
        Ok(found)
    }

    async fn read_branch(
        &self,
        scope: &RepositoryScope,
        branch: &str,
        passers: &mut Passers,
    ) -> Result<ReadRules, EnforcementError> {
        let closed = self.closed.contains(branch);
        let wanted = Which::BOTH.into_iter().find(|which| closed && which.is_for(scope, branch));
        // What closes at once where it may is no failure where it may not: the statuses close.
        let wanted = wanted.filter(|which| *which == Which::Updates || self.own(*which).problem.is_none());
        let said = |which: Which, passing| RulesetReading { name: which.name(), passing };
        let rules = match scope.repository.branch_rules(branch).await {
            Ok(rules) => rules,
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                let why = |which| self.own(which).problem.clone().unwrap_or_else(|| problem.to_string());
                let ruleset = wanted.map(|which| said(which, Err(why(which))));
                return Ok(ReadRules { checks: Err(problem.to_string()), ruleset });
            }
        };
        let ruleset = match wanted {
            None => None,
            Some(which) => {
                let own = self.own(which);
                let holds = own.id.filter(|id| closes(scope, which, *id, &rules));
                Some(said(
                    which,
                    match (&own.problem, holds) {
                        (Some(problem), _) => Err(problem.clone()),
                        (None, None) => Ok(None),
                        (None, Some(id)) => Ok(Some(passing(scope, id, passers).await?)),
                    },
                ))
            }
        };
        Ok(ReadRules { checks: Ok(closing_rules(scope, rules, passers).await?), ruleset })
    }
}

/// Whether a ruleset of ours does for a branch what it is there for.
fn closes(scope: &RepositoryScope, which: Which, id: u64, rules: &BranchRules) -> bool {
    match which {
        Which::Updates => rules.restricted_by.contains(&id),
        Which::Pass => rules.required_checks.iter().any(|check| {
            let ours = check.app.is_some() && check.app == scope.repository.own_app();
            check.name == PASS && ours && check.by == RequiredBy::Ruleset(id)
        }),
    }
}

/// The rules of a branch that require the bot's check.
async fn closing_rules(
    scope: &RepositoryScope,
    rules: BranchRules,
    passers: &mut Passers,
) -> Result<Vec<ClosingRule>, EnforcementError> {
    let mut closing = vec![];
    for check in rules.required_checks.into_iter().filter(|check| check.name == CONTEXT) {
        let source = match check.app {
            None => CheckSource::Anybody,
            Some(app) if scope.repository.own_app() == Some(app) => CheckSource::Ours,
            Some(app) => CheckSource::Other(app),
        };
        let passing = match check.by {
            RequiredBy::Protection(passing) => passing,
            RequiredBy::Ruleset(id) => passing(scope, id, passers).await?,
        };
        closing.push(ClosingRule { source, passing });
    }
    Ok(closing)
}

/// Who may pass a ruleset; each is read once.
async fn passing(scope: &RepositoryScope, ruleset: u64, passers: &mut Passers) -> Result<Passing, EnforcementError> {
    if let Some(known) = passers.get(&ruleset) {
        return Ok(known.clone());
    }
    let found = match scope.repository.passing(ruleset).await {
        Ok(found) => found,
        Err(problem) if problem.may_pass() => return Err(problem.into()),
        Err(problem) => {
            tracing::warn!(repository = scope.name, %problem, "who may pass a ruleset cannot be read");
            Passing::Hidden
        }
    };
    passers.insert(ruleset, found.clone());
    Ok(found)
}
