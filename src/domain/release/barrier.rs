//! What goes on around a release and keeps it from going on.

use serde::{Deserialize, Serialize};

use crate::domain::{deploy::hold::Hold, freeze::verdict::Closed, version::Version};

/// Something around a release that keeps it from going on: it is over by itself, or others end it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Barrier {
    /// A hotfix goes to production first.
    Hotfix {
        /// Its version.
        version: Version,
    },
    /// An environment takes no deploys until a person says so.
    Held {
        /// The environment.
        environment: String,
        /// What holds it.
        hold: Holding,
    },
    /// It is closed: a freeze is active, or it is outside a window.
    Frozen(Closed),
}

/// What holds an environment, and how it is named to end that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The hold.
    pub hold: Hold,
    /// The project, where it has to be named: if there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}
