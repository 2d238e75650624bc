//! A ref as GitHub shows it.

use serde::Deserialize;

/// A ref and what it points at.
#[derive(Clone, Deserialize)]
pub(super) struct Ref {
    #[serde(rename = "ref")]
    pub(super) name: String,
    pub(super) object: RefTarget,
}

/// What a ref or a tag object points at.
#[derive(Clone, Deserialize)]
pub(super) struct RefTarget {
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    pub(super) sha: String,
}
