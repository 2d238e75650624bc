//! The specification of a release: what was decided when it was asked for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::plan::{Plan, Step};
use crate::domain::{ids::ReleaseId, time::dates::Dates, version::Version};

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
        /// How severe it is, 1 (critical) to 4 (low), if somebody said so.
        #[serde(default)]
        severity: Option<u8>,
    },
    /// An environment goes back to an earlier version.
    RollBack {
        /// The environment.
        environment: String,
        /// The tag that is rolled back.
        from: String,
        /// Why, in the words of the person who asked.
        reason: String,
    },
}

/// What was decided when the release was asked for; never changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseSpec {
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
    /// That branch's commit: the feature cutoff; of a branch that was adopted, where that stood.
    pub source_commit: String,
    /// How many commits the branch had already, if somebody made it by hand and it was adopted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<u64>,
    /// The branch that production runs.
    pub production: String,
    /// The tag of the version before, if there is one.
    pub previous_tag: Option<String>,
    /// The version that later features go to.
    pub next_version: Version,
    /// How long it should take, in minutes.
    pub target_minutes: i64,
    /// When its dates are; people may move them later.
    #[serde(default)]
    pub dates: Dates,
}

impl ReleaseSpec {
    /// The tag that the version for later features will have.
    pub fn next_tag(&self) -> String {
        self.tag.replacen(&self.version.to_string(), &self.next_version.to_string(), 1)
    }

    /// The branch whose new commits begin a stage of the plan again; nothing if the stage does not repeat.
    pub fn repeats_on(&self, stage: usize) -> Option<String> {
        let stage = self.plan.stages.get(stage)?;
        stage.repeats.then(|| stage.of.clone().unwrap_or_else(|| self.branch.clone()))
    }
    /// Whether what is named `backport` brings the tag to production's branch, and not production back to another.
    pub fn brings_tag(&self) -> bool {
        let brings = |step: &Step| matches!(step, Step::BackMerge { into, from, .. } if *into == self.production && *from == self.tag);
        self.plan.find(brings).is_some()
    }
}
