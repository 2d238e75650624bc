//! A gate: a decision that people must take before a release goes on.

use serde::{Deserialize, Serialize};

/// Who decides, how many, and what they look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gate {
    /// The word people use in commands: `qa`.
    pub name: String,
    /// What it is called in messages: `QA sign-off`.
    pub title: String,
    /// Roles that may decide.
    pub roles: Vec<String>,
    /// How many people must approve.
    #[serde(default = "one")]
    pub quorum: usize,
    /// Whether the person who asked for the release may decide.
    #[serde(default = "yes")]
    pub requester_may: bool,
    /// Whether somebody whose commit is decided on may decide.
    #[serde(default = "yes")]
    pub author_may: bool,
    /// What has to be ticked before an approval counts.
    #[serde(default)]
    pub checklist: Vec<Check>,
    /// The date by which it has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// Roles that are told when it is late, besides those who decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<String>,
    /// The environment to which its approval promotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotes: Option<String>,
    /// Roles that a rejection sends it back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub back_to: Vec<String>,
}

/// One line of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Check {
    /// A word or two, as on a button.
    pub name: String,
    /// What to look at.
    #[serde(default)]
    pub look_at: String,
}

/// What people have decided at a gate so far, on the present commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GateState {
    /// Indices of the ticked lines, with who ticked them.
    pub ticked: std::collections::BTreeMap<usize, String>,
    /// Names of the people who approved, in order.
    pub approved: Vec<String>,
    /// Who rejected, and why.
    pub rejected: Option<(String, String)>,
}

/// Why somebody may not decide.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Gate {
    /// Lines that nobody has ticked yet.
    pub fn unticked<'a>(&'a self, state: &GateState) -> Vec<&'a Check> {
        let open = |(i, _): &(usize, &Check)| !state.ticked.contains_key(i);
        self.checklist.iter().enumerate().filter(open).map(|(_, check)| check).collect()
    }
}

fn one() -> usize {
    1
}

fn yes() -> bool {
    true
}
