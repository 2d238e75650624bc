//! Reads the effective rules of the branches back.

use std::collections::BTreeSet;

use super::{
    ground::Ground,
    watch::{Then, Trouble, Watch},
};
use crate::{
    context::Desk,
    domain::freeze::guard::{CONTEXT, Guard},
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
    pub(super) async fn read_rules(&mut self, desk: &Desk, ground: &Ground, guards: &[Guard]) -> Result<Then, Trouble> {
        let known = guards.iter().filter(|guard| guard.told.is_some()).map(|guard| guard.branch.clone());
        let branches: BTreeSet<String> =
            ground.lines().into_iter().chain(self.closed.iter().cloned()).chain(known).collect();
        let mut found = vec![];
        for branch in branches {
            let rules = self.read_branch(ground, &branch).await?;
            found.push((branch, rules));
        }
        (self.rules, self.rules_due) = (found.into_iter().collect(), false);
        self.tell(desk, ground).await?;
        Ok(Then::GoOn)
    }

    async fn read_branch(&self, ground: &Ground, branch: &str) -> Result<Rules, Trouble> {
        let rules = match ground.repository.branch_rules(branch).await {
            Ok(rules) => Ok(rules),
            Err(problem) if problem.may_pass() => return Err(problem.into()),
            Err(problem) => Err(problem.to_string()),
        };
        let restricted = || match (&self.ruleset_problem, &rules) {
            (Some(problem), _) => Err(problem.clone()),
            (None, Ok(rules)) => Ok(self.ruleset.is_some_and(|id| rules.restricted_by.contains(&id))),
            (None, Err(problem)) => Err(problem.clone()),
        };
        let restricted = (self.closed.contains(branch) && ground.restricts(branch)).then(restricted);
        let required = rules.as_ref().map(|rules| rules.required_checks.iter().any(|name| name == CONTEXT));
        Ok(Rules { required: required.map_err(Clone::clone), restricted })
    }
}
