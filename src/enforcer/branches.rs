//! Reads the effective rules of the branches back.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    scope::RepositoryScope,
    watch::{EnforcementError, Then, Watch},
};
use crate::{
    context::Context,
    domain::freeze::{
        closing::{CheckSource, ClosingRule, Passing},
        enforcement::{CONTEXT, Enforcement, EnforcementReading, RULESET},
    },
    github::rules::{BranchRules, RequiredBy},
};

/// What was read of a branch.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// The rules that require the check, or why that could not be read.
    pub checks: Result<Vec<ClosingRule>, String>,
    /// Who may pass the ruleset that restricts updates of it, nothing if it does not, or why; `None` where none is wanted.
    pub restricted: Option<Result<Option<Passing>, String>>,
}

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
        if self.ruleset.is_none() {
            self.ruleset = match scope.repository.restriction(RULESET).await {
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
    ) -> Result<BTreeMap<String, Rules>, EnforcementError> {
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
    ) -> Result<Rules, EnforcementError> {
        let wanted = self.closed.contains(branch) && scope.restricts(branch);
        let rules = match scope.repository.branch_rules(branch).await {
            Ok(rules) => rules,
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => {
                let why = self.ruleset_problem.clone().unwrap_or_else(|| problem.to_string());
                return Ok(Rules { checks: Err(problem.to_string()), restricted: wanted.then_some(Err(why)) });
            }
        };
        let restricted = match (&self.ruleset_problem, self.ruleset.filter(|id| rules.restricted_by.contains(id))) {
            _ if !wanted => None,
            (Some(problem), _) => Some(Err(problem.clone())),
            (None, None) => Some(Ok(None)),
            (None, Some(id)) => Some(Ok(Some(passing(scope, id, passers).await?))),
        };
        Ok(Rules { checks: Ok(closing_rules(scope, rules, passers).await?), restricted })
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
