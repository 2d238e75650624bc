//! Which steps are taken at the same time as the one that comes next: those that need nothing of what is not done yet.

use chrono::{DateTime, Utc};

use super::{
    Release,
    next::{Surroundings, wait},
    plan::{PullRequestName, Step},
    rollout::Phase,
    undone::undone,
};

/// The steps that may be taken while `first` is, in the plan's order. Where stories are decided on anew, or stages go on beside one
/// another, each waits for its turn.
pub fn beside(release: &Release, first: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Vec<usize> {
    let plan = &release.spec.plan;
    let alone = |step: usize| plan.stage_of(step).is_none_or(|stage| stage.background || stage.joins);
    let (mut before, mut found) = (vec![first], vec![]);
    if release.state.stories.asked_again || alone(first) {
        return found;
    }
    for (index, planned) in plan.steps.iter().enumerate().skip(first + 1) {
        if alone(index) {
            break;
        }
        let state = release.state.step(index);
        if state.is_over() {
            continue;
        }
        let needs =
            |earlier: &usize| plan.step(*earlier).is_none_or(|earlier| !needs_nothing_of(&planned.step, earlier));
        let is_free = || {
            let waits = wait(release, index, surroundings, now).is_some();
            let begins = planned.step.settling().is_none() || release.phase(index) == Phase::Planned;
            begins && !waits && !state.is_failed() && undone(release, index, &surroundings.ledgers).is_none()
        };
        if !before.iter().any(needs) && is_free() {
            found.push(index);
        }
        before.push(index);
    }
    found
}

/// Whether a step works on nothing that an earlier one makes. Labels belong to the repository; CD deploys a branch or a tag, and
/// whether there is a pull request is nothing to it.
fn needs_nothing_of(step: &Step, earlier: &Step) -> bool {
    matches!(
        (step, earlier),
        (Step::Labels { .. }, Step::Snapshot { .. } | Step::Tag { .. } | Step::Branch { .. })
            | (Step::Deploy { .. }, Step::PullRequest { name: PullRequestName::Release, .. })
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::{
        fact::Fact,
        samples::{compare, done, happens, minute, release},
    };

    const STAGES: &str = r#"
        [[release.stage]]
        name = "Snapshot"
        steps = [
            { do = "snapshot", branch = "{branch}", commits = [] },
            { do = "tag", name = "{tag}", message = "{tag}" },
            { do = "labels", names = ["release"] },
            { do = "pull-request", name = "release", head = "{branch}", base = "main", title = "{tag}", labels = [] },
        ]
        [[release.stage]]
        name = "Staging"
        steps = [
            { do = "deploy", environment = "staging", git-ref = "{branch}" },
            { do = "announce", what = "prepared", meanwhile = true },
            { do = "deploy", environment = "production", git-ref = "{tag}" },
        ]
    "#;

    /// What is taken beside a step, once those before it are done, and these facts came.
    fn taken(stages: &str, first: usize, facts: &[Fact]) -> Vec<usize> {
        let mut release = release(stages);
        for step in 0..first {
            happens(&mut release, done(step));
        }
        facts.iter().for_each(|fact| happens(&mut release, fact.clone()));
        beside(&release, first, &Surroundings::default(), minute(60))
    }

    #[test]
    fn what_needs_nothing_of_what_is_not_done_is_taken_beside_it() {
        let failed = |step| Fact::Failed { step, problem: "x".into(), retry_at: None, conflict: None, instead: None };
        let background = STAGES.replacen("name = \"Snapshot\"", "name = \"Snapshot\"\nbackground = true", 1);
        compare([
            ("labels beside the branch, and not the tag on it", taken(STAGES, 0, &[]), vec![2]),
            ("labels that are there already are over", taken(STAGES, 0, &[done(2)]), vec![]),
            ("labels beside the tag", taken(STAGES, 1, &[]), vec![2]),
            ("a pull request wants its labels", taken(STAGES, 2, &[]), vec![]),
            ("CD is asked beside the pull request, once only", taken(STAGES, 3, &[]), vec![4]),
            ("what failed is a person's", taken(STAGES, 3, &[failed(4)]), vec![]),
            ("nothing beside a deploy", taken(STAGES, 4, &[]), vec![]),
            ("stages beside one another take turns", taken(&background, 0, &[]), vec![]),
        ]);
    }
}
