//! The rulesets of ours: the one that closes at once whatever has no leave, and the one that restricts updates, where that is
//! wanted. Each is there while branches are closed that it is for, and gone otherwise.

use std::collections::BTreeSet;

use super::scope::RepositoryScope;
use crate::{
    domain::freeze::enforcement::{PASS, PASS_RULESET, RULESET},
    github::{
        problem::GithubProblem,
        restriction::{Restriction, Shuts},
    },
};

/// What is known of a ruleset of ours.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnRuleset {
    /// Its id, once it has been seen.
    pub id: Option<u64>,
    /// Why it is not as it should be.
    pub problem: Option<String>,
}

/// The rulesets of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Requires [`PASS`] from the bot's App.
    Pass,
    /// Restricts updates.
    Updates,
}

impl Which {
    pub(super) const BOTH: [Self; 2] = [Self::Pass, Self::Updates];

    /// Its name on GitHub.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pass => PASS_RULESET,
            Self::Updates => RULESET,
        }
    }

    /// Whether there may be such a ruleset in a repository at all.
    pub(super) fn is_possible(self, scope: &RepositoryScope) -> bool {
        match self {
            Self::Pass => scope.repository.own_app().is_some(),
            Self::Updates => scope.settings.ruleset,
        }
    }

    /// Whether it is for a branch, once that is closed.
    pub(super) fn is_for(self, scope: &RepositoryScope, branch: &str) -> bool {
        match self {
            Self::Pass => scope.shuts_at_once(branch),
            Self::Updates => scope.restricts(branch),
        }
    }
}

/// Makes a ruleset of ours what it should be while these branches are closed; gives its id, if it is to be there.
pub(super) async fn put_right(
    scope: &RepositoryScope,
    which: Which,
    closed: &BTreeSet<String>,
) -> Result<Option<u64>, GithubProblem> {
    let (repository, settings, name) = (&scope.repository, &scope.settings, which.name());
    let branches: Vec<String> = closed.iter().filter(|branch| which.is_for(scope, branch)).cloned().collect();
    let shuts = match which {
        Which::Pass => Shuts::Unless { check: PASS.to_owned(), app: repository.own_app() },
        Which::Updates => Shuts::Updates,
    };
    let (team, app) = (settings.bypass_team, settings.bypass_app);
    let wanted = Restriction { name: name.to_owned(), shuts, branches, team, app, others: 0, more: false };
    match (repository.restriction(name).await?, wanted.branches.is_empty()) {
        (None, true) => Ok(None),
        (None, false) => repository.put_restriction(None, &wanted).await.map(Some),
        (Some((_, None)), true) => Ok(None),
        (Some((_, None)), false) => {
            Err(GithubProblem::Refused(format!("a ruleset named {name} is there and does something else; rename it")))
        }
        (Some((id, Some(_))), true) => repository.delete_ruleset(id).await.map(|()| None),
        (Some((id, Some(found))), false) if found == wanted => Ok(Some(id)),
        (Some((id, Some(_))), false) => repository.put_restriction(Some(id), &wanted).await.map(Some),
    }
}
