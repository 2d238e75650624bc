//! A release's own pull request that others merged otherwise than the release would have: before its turn, or without its
//! commits.

use chrono::{DateTime, Utc};

use super::{
    Release,
    before_merge::before_merge,
    fact::{MergeTurn, OtherMerge},
    plan::{PullRequestName, Step},
};
use crate::domain::message::short::short;

/// Whether it was a release's turn to be merged at a moment; what stands before the merge is what stands there `now`.
pub fn merge_turn(release: &Release, merged: DateTime<Utc>, now: DateTime<Utc>) -> MergeTurn {
    if let Some(before) = before_merge(release, now) {
        return MergeTurn::Missing { what: before.why };
    }
    let dated = release.spec.plan.steps.iter().find_map(|planned| {
        let Step::AwaitMerge { at: Some(date) } = &planned.step else { return None };
        release.state.dates.get(date)
    });
    // Whoever has asked the bot to merge has let it leave.
    match dated.filter(|at| merged < *at && release.state.merge_asked.is_none()) {
        Some(at) => MergeTurn::Departs { at },
        None => MergeTurn::Come,
    }
}

impl Release {
    /// How its own pull request was merged otherwise than the release would have, if it was.
    pub fn merged_otherwise(&self) -> Option<&OtherMerge> {
        let (number, _) = self.state.pull_requests.get(&PullRequestName::Release)?;
        self.state.merged_otherwise.as_ref().filter(|merge| merge.number == *number)
    }

    /// What brings its commits to the branch into which it was merged without them: its tag once that is made, else their newest.
    pub fn to_be_merged(&self) -> &str {
        let made = self.state.tagged.as_deref() == Some(self.head());
        if made { &self.spec.tag } else { short(self.head()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples::{dated, happened, minute},
        *,
    };

    const STAGES: &str = r#"
[[date]]
name = "leave"
title = "departure"
cron = "0 19 * * mon"
[[release.stage]]
name = "QA"
steps = [
  { do = "pull-request", name = "release", head = "{branch}", base = "main", title = "x", labels = [] },
  { do = "sign-off", name = "qa", title = "QA sign-off", roles = ["qa"] },
  { do = "await-merge", at = "leave" },
]
"#;

    #[test]
    fn its_turn_has_come_once_its_gates_are_through_and_it_departs() {
        let (through, departs) = ("done pull-request; done qa", || MergeTurn::Departs { at: minute(60) });
        for (facts, merged, expected) in [
            ("done pull-request", 10, MergeTurn::Missing { what: "QA sign-off missing".into() }),
            ("done pull-request", 70, MergeTurn::Missing { what: "QA sign-off missing".into() }),
            (through, 10, departs()),
            (through, 59, departs()),
            (through, 60, MergeTurn::Come),
            ("done pull-request; done qa; moved leave 30", 40, MergeTurn::Come),
        ] {
            let release = happened(dated(STAGES, &[("leave", 60)]), facts);
            assert_eq!(merge_turn(&release, minute(merged), minute(merged)), expected, "{facts} {merged}");
        }
    }
}
