//! What stands before the merge of a release's own pull request, apart from what closes its branch.

use chrono::{DateTime, Utc};

use super::{
    Release,
    next::{Next, Surroundings, next},
    plan::{PullRequestName, Step},
};

/// A release's own pull request that is not to be merged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeforeMerge {
    /// Its number.
    pub pull: u64,
    /// Why: `QA sign-off missing`.
    pub why: String,
    /// Whether the bot itself is at what stands before it, so that it is for a moment only.
    pub brief: bool,
}

/// The release's own pull request that is not to be merged yet, and why. Nothing once the merge is what the release waits for.
pub fn before_merge(release: &Release, now: DateTime<Utc>) -> Option<BeforeMerge> {
    let (number, _) = release.state.pull_requests.get(&PullRequestName::Release)?;
    let plan = &release.spec.plan;
    let merges = |planned: &super::plan::PlannedStep| matches!(planned.step, Step::AwaitMerge { .. });
    let merge = plan.steps.iter().position(merges)?;
    if release.state.step(merge).is_over() || release.state.merged.is_some() {
        return None;
    }
    // Freezes and hotfixes say for themselves that they are in the way.
    let (first, runs) = match next(release, &Surroundings::default(), now) {
        Next::Finished(_) => return None,
        Next::Run(step) => (step, true),
        Next::Wait(waits) if waits.iter().any(|(step, _)| *step == merge) => return None,
        Next::Wait(waits) => (waits.first()?.0, false),
    };
    if first == merge {
        return None;
    }
    let open = missing_gates(release, merge);
    let why = match open.split_last() {
        None => format!("not yet: {}", release.doing(first)),
        Some((last, [])) => format!("{last} missing"),
        Some((last, before)) => format!("{} and {last} missing", before.join(", ")),
    };
    Some(BeforeMerge { pull: *number, why, brief: runs && open.is_empty() })
}

/// The titles of the gates before a step that are not through and that it waits for.
fn missing_gates(release: &Release, merge: usize) -> Vec<&str> {
    let plan = &release.spec.plan;
    let gates = plan.gates().filter(|(step, _)| *step < merge && !release.state.step(*step).is_over());
    let awaited = |step: usize| {
        let stage = |step: usize| plan.steps.get(step).map(|planned| planned.stage);
        let (Some(first), Some(last)) = (stage(step), stage(merge)) else { return true };
        let joins = plan.stages.iter().take(last + 1).skip(first + 1).any(|stage| stage.joins);
        joins || !plan.stage_of(step).is_some_and(|stage| stage.background)
    };
    gates.filter(|(step, _)| awaited(*step)).map(|(_, gate)| gate.title.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples::{happened, minute, release},
        *,
    };

    const STAGES: &str = r#"
[[release.stage]]
name = "Review"
background = true
steps = [{ do = "sign-off", name = "review", title = "review", roles = ["qa"] }]
[[release.stage]]
name = "QA"
repeat = "on-push"
steps = [
  { do = "branch", name = "{branch}", from = "develop" },
  { do = "pull-request", name = "release", head = "{branch}", base = "main", title = "x", labels = [] },
  { do = "await-checks" },
  { do = "sign-off", name = "qa", title = "QA sign-off", roles = ["qa"] },
]
[[release.stage]]
name = "Merge"
JOINS
steps = [{ do = "check-fixes", git-ref = "{branch}" }, { do = "await-merge" }]
"#;

    #[test]
    fn a_release_is_merged_once_its_gates_are_through() {
        let joins = "joins = true";
        for (joins, facts, expected) in [
            ("", "done branch", None),
            ("", "done branch; done pull-request", Some("QA sign-off missing")),
            (joins, "done branch; done pull-request", Some("review and QA sign-off missing")),
            (
                "",
                "done branch; done pull-request; done await-checks; done qa",
                Some("not yet: check that release/v2.2.0 has every fix that production has"),
            ),
            ("", "done branch; done pull-request; done await-checks; done qa; done check-fixes", None),
            (joins, "done branch; done pull-request; done await-checks; done qa", Some("review missing")),
            (joins, "done review; done branch; done pull-request; done await-checks; done qa; done check-fixes", None),
            // What is pushed is looked at anew.
            (
                "",
                "done branch; done pull-request; done await-checks; done qa; done check-fixes; pushed c2",
                Some("QA sign-off missing"),
            ),
            // What stopped the merge itself is for whoever merges.
            (
                "",
                "done branch; done pull-request; done await-checks; done qa; done check-fixes; failed await-merge",
                None,
            ),
            ("", "done branch; done pull-request; cancelled ann", None),
        ] {
            let release = happened(release(&STAGES.replace("JOINS", joins)), facts);
            let found = before_merge(&release, minute(60)).map(|before| before.why);
            assert_eq!(found.as_deref(), expected, "{joins} {facts}");
        }
    }
}
