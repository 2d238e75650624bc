//! What a release itself brought to an environment last, by its own facts. What runs there is the ledger's to say.

use chrono::{DateTime, Utc};

use super::{
    Release,
    fact::{Fact, Outcome},
};

/// A deploy of a release that ended well, or its roll-back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought<'a> {
    /// The build's name.
    pub build: &'a str,
    /// The run's page; empty if there is none.
    pub url: &'a str,
    /// When it ended.
    pub at: DateTime<Utc>,
}

impl Release {
    /// What it brought to an environment last, if it ever did.
    pub fn brought(&self, environment: &str) -> Option<Brought<'_>> {
        self.facts.iter().rev().find_map(|recorded| {
            let Fact::Done { step, made: Outcome::Deployed { build, url, .. } } = &recorded.fact else { return None };
            let here = self.spec.plan.environment_of(*step) == Some(environment);
            here.then_some(Brought { build, url, at: recorded.at })
        })
    }

    /// What was last seen to differ between two environments, until the second gets something else.
    pub fn drift(&self) -> Option<(&[String; 2], &[String])> {
        self.state.steps.iter().rev().find_map(|step| {
            let Some((Outcome::Drift { environments, lines }, at)) = &step.done else { return None };
            let [_, second] = environments;
            let since = self.brought(second).is_some_and(|brought| brought.at > *at);
            (!since).then_some((environments, lines.as_slice()))
        })
    }
}
