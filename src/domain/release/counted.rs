//! Whose yes counts at a gate, and why another does not.

use serde::{Deserialize, Serialize};

/// Why somebody may not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotTheirs {
    /// They hold none of the roles.
    Role,
    /// They asked for the release.
    Requester,
    /// They wrote what is decided on.
    Author,
    /// They asked for a hotfix that they wrote, or of which nobody can say who did.
    OwnFix,
}

/// The review by which somebody approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedReview {
    /// Its number on GitHub.
    pub id: u64,
    /// Its page.
    pub url: String,
}

/// How a review stopped approving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReviewTakenBack {
    /// The page of the review that says so.
    pub url: String,
    /// Whether somebody dismissed it; else whoever gave it asks for changes now.
    pub dismissed: bool,
}

/// Why an approving review is no yes here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotCounted {
    /// Nobody is linked to the login.
    Unlinked,
    /// It is not theirs to decide.
    NotTheirs(NotTheirs),
    /// Lines of the checklist are open.
    Unticked,
    /// It was given before the gate was asked for.
    Early,
    /// It is a yes at another gate, which is named.
    Elsewhere(String),
}
