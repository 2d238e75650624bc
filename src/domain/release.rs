//! A release: one version travelling through its playbook.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::{fact::Recorded, plan::Plan, state::State, version::Version};

/// Names a release within one installation; counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseId(pub u64);

impl fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Why a version is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReleaseKind {
    /// The ordinary next version.
    Regular,
    /// A fix for what is in production.
    Hotfix {
        /// What is broken, in the words of the person who asked.
        description: String,
    },
}

/// What was decided when the release was asked for; never changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// Its number.
    pub id: ReleaseId,
    /// Its project's name.
    pub project: String,
    /// The version.
    pub version: Version,
    /// Why.
    pub kind: ReleaseKind,
    /// Who asked.
    pub requester: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Everything it will do.
    pub plan: Plan,
    /// The tag, `v2.2.0`.
    pub tag: String,
    /// The release branch.
    pub branch: String,
    /// The branch it was cut from.
    pub source: String,
    /// That branch's commit: the feature cutoff.
    pub source_commit: String,
    /// The branch that production runs.
    pub production: String,
    /// The tag of the version before, if there is one.
    pub previous_tag: Option<String>,
    /// The version that later features go to.
    pub next_version: Version,
    /// How long it should take, in minutes.
    pub target_minutes: i64,
}

/// A release with everything that happened to it.
#[derive(Debug, Clone)]
pub struct Release {
    /// What was decided at its start.
    pub brief: Brief,
    /// What happened, in order.
    pub facts: Vec<Recorded>,
    /// What follows from the facts.
    pub state: State,
}

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Every step is done.
    Released,
    /// A person ended it.
    Cancelled,
}

impl Release {
    /// Puts a release together from what is stored.
    pub fn new(brief: Brief, facts: Vec<Recorded>) -> Self {
        let mut state = State::new(&brief);
        for recorded in &facts {
            state.apply(&brief, recorded);
        }
        Self { brief, facts, state }
    }

    /// Adds a fact.
    pub fn add(&mut self, recorded: Recorded) {
        self.state.apply(&self.brief, &recorded);
        self.facts.push(recorded);
    }

    /// How it ended, if it did.
    pub fn ending(&self) -> Option<Ending> {
        if self.state.cancelled.is_some() {
            Some(Ending::Cancelled)
        } else {
            self.state.finished.map(|_| Ending::Released)
        }
    }

    /// Whether it still goes on.
    pub fn is_open(&self) -> bool {
        self.ending().is_none()
    }

    /// Whether it is a hotfix.
    pub fn is_hotfix(&self) -> bool {
        matches!(self.brief.kind, ReleaseKind::Hotfix { .. })
    }

    /// `api v2.2.0`
    pub fn name(&self) -> String {
        format!("{} {}", self.brief.project, self.brief.tag)
    }

    /// When it should be over.
    pub fn target(&self) -> DateTime<Utc> {
        self.brief.at + Duration::minutes(self.brief.target_minutes)
    }

    /// The newest commit of the release branch that we know of; the source's commit before there is a branch.
    pub fn head(&self) -> &str {
        self.state.head.as_deref().unwrap_or(&self.brief.source_commit)
    }
}
