//! A deploy as it is planned: how CD learns of it, what has to hold afterwards, and what follows when it fails.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How CD learns that it should deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The bot starts the environment's workflow.
    #[default]
    Dispatch,
    /// CD watches the branch or tag; the bot finds the run. A retry starts the workflow.
    Push,
}

impl By {
    pub(super) fn is_dispatch(&self) -> bool {
        *self == Self::Dispatch
    }
}

/// What follows when a deploy fails for good, or what it brought does badly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// It waits for a person.
    #[default]
    Leave,
    /// Nothing else is let into the environment, and it waits for a person.
    Hold,
    /// CD is asked to bring back what ran well before, and then it waits for a person.
    RollBack {
        /// What CD is told besides the version and the tag; what it was told last without any.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        inputs: BTreeMap<String, String>,
    },
}

impl OnFailure {
    pub(super) fn is_leave(&self) -> bool {
        *self == Self::Leave
    }
}

/// What has to hold in an environment after a step, and what follows if it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settling<'a> {
    /// The environment.
    pub environment: &'a str,
    /// How long it has to run.
    pub soak: Option<&'a str>,
    /// For how long after that a bad signal is a failure.
    pub watch: Option<&'a str>,
    /// What follows when it fails.
    pub on_failure: &'a OnFailure,
    /// Whether the step itself brings it there.
    pub deploys: bool,
}
