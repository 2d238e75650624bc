//! Whether a button about a release still does something: what it says may have been said, or have come too late.

use commands::Invocation;

use super::{Release, gate::Gate};
use crate::domain::message::short::is_same;

impl Release {
    /// Whether what a button says is of use as it stands now. What only tells something always is.
    pub fn has_use_of(&self, said: &Invocation) -> bool {
        let gate = said.arg("gate").and_then(|named| self.gate_named(named));
        match said.path.as_str() {
            "approve" | "reject" | "agree" | "tick" => match gate {
                Some((step, gate, commit)) => {
                    let present = self.commit_at(gate);
                    let same = commit.is_none_or(|commit| commit == present || is_same(commit, present));
                    self.is_open() && !self.state.step(step).is_over() && same
                }
                None => self.is_open(),
            },
            "release merge" => self.is_open() && self.state.merged.is_none() && self.state.merge_asked.is_none(),
            "release retry" => self.is_open() && self.state.steps.iter().any(super::state::StepState::is_failed),
            "release skip" | "release cancel" | "cancel" | "release promote" | "withdraw" | "schedule move" => {
                self.is_open()
            }
            _ => true,
        }
    }

    /// The gate that a button names, with the commit that it shows.
    fn gate_named<'a>(&self, named: &'a str) -> Option<(usize, &Gate, Option<&'a str>)> {
        let (name, commit) = named.rsplit_once('/').map_or((named, None), |(name, commit)| (name, Some(commit)));
        let (step, gate) = self.spec.plan.gate(name)?;
        Some((step, gate, commit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::samples::{compare, happened, one_stage};

    const STEPS: &str = r#"
        { do = "snapshot", branch = "{branch}", commits = [] },
        { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
        { do = "await-merge" },
        { do = "notes" },
    "#;

    #[test]
    fn a_button_is_of_use_until_what_it_says_is_said_or_comes_too_late() {
        let rows = [
            ("the gate is open", "to qa", "approve|gate=qa/c1", true),
            ("it is not open yet", "", "approve|gate=qa", true),
            ("it is given", "to await-merge", "approve|gate=qa/c1", false),
            ("another commit was shown", "to qa; pushed c2", "reject|gate=qa/c1", false),
            ("a line of it", "to await-merge", "tick|gate=qa/c1|item=1", false),
            ("a story", "to qa", "approve|gate=S-1/dev/c1", true),
            ("the merge is to come", "to await-merge", "release merge", true),
            ("somebody asked for it", "to await-merge; merge-asked ann", "release merge", false),
            ("it is merged", "to notes", "release merge", false),
            ("something failed", "to notes; failed notes", "release retry", true),
            ("nothing failed", "to notes", "release retry", false),
            ("it is open", "to qa", "cancel", true),
            ("it is cancelled", "to qa; cancelled ann", "cancel", false),
            ("what only tells something", "to qa; cancelled ann", "release notes", true),
        ];
        compare(rows.map(|(about, history, said, expected)| {
            let said = Invocation::decode(said).unwrap_or_default();
            (about, happened(one_stage(STEPS), history).has_use_of(&said), expected)
        }));
    }
}
