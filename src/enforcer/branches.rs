//! Reads the effective rules of the branches back.

use std::collections::BTreeSet;

use super::{
    scope::RepositoryScope,
    watch::{EnforcementError, Then, Watch},
};
use crate::{
    context::Context,
    domain::freeze::enforcement::{CONTEXT, EnforcementReading},
};

/// What was read of a branch.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// Whether it requires the check, or why that could not be read.
    pub required: Result<bool, String>,
    /// Whether the ruleset restricts updates of it, or why it does not; `None` where none is wanted.
    pub restricted: Option<Result<bool, String>>,
}

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
        let mut found = vec![];
        for branch in branches {
            let rules = self.read_branch(scope, &branch).await?;
            found.push((branch, rules));
        }
        (self.rules, self.rules_due) = (found.into_iter().collect(), false);
        self.tell(context, scope).await?;
        Ok(Then::GoOn)
    }

    async fn read_branch(&self, scope: &RepositoryScope, branch: &str) -> Result<Rules, EnforcementError> {
        let rules = match scope.repository.branch_rules(branch).await {
            Ok(rules) => Ok(rules),
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => Err(problem.to_string()),
        };
        let restricted = || match (&self.ruleset_problem, &rules) {
            (Some(problem), _) => Err(problem.clone()),
            (None, Ok(rules)) => Ok(self.ruleset.is_some_and(|id| rules.restricted_by.contains(&id))),
            (None, Err(problem)) => Err(problem.clone()),
        };
        let restricted = (self.closed.contains(branch) && scope.restricts(branch)).then(restricted);
        let required = rules.as_ref().map(|rules| rules.required_checks.iter().any(|name| name == CONTEXT));
        Ok(Rules { required: required.map_err(Clone::clone), restricted })
    }
}
