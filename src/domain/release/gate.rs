//! A gate: a decision that people must take before a release goes on.

use serde::{Deserialize, Serialize};

use super::counted::CountedReview;
use crate::domain::time::duration;

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
    /// Whether an approving review of the release's pull request on GitHub is a yes here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub github_review: bool,
    /// What has to be ticked before an approval counts.
    #[serde(default)]
    pub checklist: Vec<Check>,
    /// The date by which it has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// Within which time it has to be given, such as `4h`, if it has no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// From when on that time counts.
    #[serde(default, skip_serializing_if = "DueSince::is_stage")]
    pub since: DueSince,
    /// How long before that people are reminded, such as `1h`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remind: Vec<String>,
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

/// From when on the time of a gate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueSince {
    /// From the moment at which its turn came in its stage: all before it was done, and the commit was there.
    #[default]
    Stage,
    /// From the release's begin.
    Release,
}

impl DueSince {
    fn is_stage(&self) -> bool {
        *self == Self::Stage
    }
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
    /// Those of them who did by a review on GitHub, and by which.
    pub reviewed: std::collections::BTreeMap<String, CountedReview>,
    /// Who rejected, and why.
    pub rejected: Option<(String, String)>,
}

impl GateState {
    /// Somebody does not approve any more.
    pub fn forget_approval(&mut self, by: &str) {
        self.approved.retain(|name| name != by);
        self.reviewed.remove(by);
    }
}

impl Gate {
    /// Refuses times that contradict each other.
    ///
    /// # Errors
    /// A sentence that names the key and the way out.
    pub fn check_due(&self) -> Result<(), String> {
        let name = &self.name;
        let Some(due) = &self.due else {
            return match (self.remind.is_empty(), self.since.is_stage()) {
                (false, _) => Err(format!(
                    "`remind` of `{name}` needs `due`, such as `due = \"4h\"`; before a date, `remind` stands in its [[date]]"
                )),
                (true, false) => Err(format!("`since` of `{name}` needs `due`, such as `due = \"4h\"`")),
                (true, true) => Ok(()),
            };
        };
        if self.deadline.is_some() {
            return Err(format!("`{name}` has `due` and `deadline`; keep one"));
        }
        let lasts = duration::read(due).map_err(|mistake| format!("`due` of `{name}`: {mistake}"))?;
        for text in &self.remind {
            let before = duration::read(text).map_err(|mistake| format!("`remind` of `{name}`: {mistake}"))?;
            if before >= lasts {
                return Err(format!(
                    "`remind` of `{name}`: `{text}` is no shorter than `due`, `{due}`; write a shorter one"
                ));
            }
        }
        Ok(())
    }

    /// Lines that nobody has ticked yet.
    pub fn unticked<'a>(&'a self, state: &GateState) -> Vec<&'a Check> {
        self.open_lines(state).into_iter().map(|(_, check)| check).collect()
    }

    /// The same, each with its place.
    pub fn open_lines<'a>(&'a self, state: &GateState) -> Vec<(usize, &'a Check)> {
        self.checklist.iter().enumerate().filter(|(line, _)| !state.ticked.contains_key(line)).collect()
    }
}

fn one() -> usize {
    1
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_gate_is_read_or_refused() {
        let told = |more: &str| {
            let gate = format!("{{\"name\":\"qa\",\"title\":\"QA\",\"roles\":[]{more}}}");
            serde_json::from_str::<Gate>(&gate).unwrap().check_due().err().unwrap_or_default()
        };
        assert_eq!(told(""), "");
        assert_eq!(told(r#","due":"4h","remind":["2h","30m"],"since":"release""#), "");
        assert_eq!(told(r#","due":"4 h""#).split(':').next(), Some("`due` of `qa`"));
        assert_eq!(
            told(r#","due":"4h","remind":["4h"]"#),
            "`remind` of `qa`: `4h` is no shorter than `due`, `4h`; write a shorter one"
        );
        assert_eq!(told(r#","due":"4h","remind":["soon"]"#).split(':').next(), Some("`remind` of `qa`"));
        assert_eq!(told(r#","due":"4h","deadline":"friday""#), "`qa` has `due` and `deadline`; keep one");
        assert!(told(r#","remind":["1h"]"#).contains("needs `due`"));
        assert!(told(r#","since":"release""#).contains("needs `due`"));
    }
}
