//! Why an environment takes no deploys.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::release::setback::Setback;

/// Why an environment takes no deploys until a person says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When.
    pub at: DateTime<Utc>,
    /// The tag that was rolled back.
    pub from: String,
    /// Who rolled back, and why.
    #[serde(flatten)]
    pub cause: HoldCause,
}

/// Who rolled back, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum HoldCause {
    /// A person did.
    Person {
        /// Who.
        by: String,
        /// Why, in their words.
        reason: String,
    },
    /// The release did by itself: its deploy failed.
    Release {
        /// What went wrong, if that is known.
        problem: Option<Setback>,
    },
    /// CD did, and gives no reason.
    Cd,
    /// An older program said both in words.
    #[serde(untagged)]
    Said {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
}
