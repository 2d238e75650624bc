//! Which steps are taken at the same time as the one that comes next: those that need nothing of what is not done yet.

use chrono::{DateTime, Utc};

use super::{
    Release,
    independent::independent,
    next::{Surroundings, is_over_by_now, wait},
    rollout::Phase,
    undone::undone,
};

/// The steps that may be taken while `first` is, in the plan's order. Where stories are decided on anew, or stages go on beside one
/// another, each waits for its turn.
pub fn beside(release: &Release, first: usize, surroundings: &Surroundings, now: DateTime<Utc>) -> Vec<usize> {
    let is_free = |index: &usize| {
        let (step, state) = (release.spec.plan.step(*index), release.state.step(*index));
        let waits = wait(release, *index, surroundings, now).is_some();
        let begins = step.is_some_and(|step| step.settling().is_none()) || release.phase(*index) == Phase::Planned;
        begins && !waits && !state.is_failed() && undone(release, *index, &surroundings.ledgers).is_none()
    };
    let is_over = |index| is_over_by_now(release, index, surroundings);
    independent(release, first, is_over).into_iter().filter(is_free).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::{
        fact::Fact,
        next::next,
        samples::{asked, compare, deployed, done, happens, minute, release, told},
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

    /// What comes next when the pull request and the deploy beside it were asked for, and these facts came.
    fn then(facts: &[Fact]) -> String {
        let mut release = release(STAGES);
        for step in 0..3 {
            happens(&mut release, done(step));
        }
        facts.iter().for_each(|fact| happens(&mut release, fact.clone()));
        told(&release, &next(&release, &Surroundings::default(), minute(60)))
    }

    #[test]
    fn what_was_begun_beside_a_step_that_is_stuck_is_looked_after() {
        let failed =
            |step, retry_at| Fact::Failed { step, problem: "x".into(), retry_at, conflict: None, instead: None };
        let later = Some(minute(70));
        compare([
            (
                "CD is watched",
                then(&[asked(4, "1"), failed(3, None)]),
                "pull-request: a person + staging: outside".into(),
            ),
            ("what is over is over", then(&[deployed(4, "1"), failed(3, None)]), "pull-request: a person".into()),
            (
                "a try that is due goes on",
                then(&[failed(4, Some(minute(50))), failed(3, None)]),
                "run ask-staging".into(),
            ),
            (
                "one that is not waits for its time",
                then(&[failed(4, later), failed(3, None)]),
                "pull-request: a person + ask-staging: again at 70".into(),
            ),
        ]);
    }

    #[test]
    fn what_needs_nothing_of_what_is_not_done_is_taken_beside_it() {
        let failed = |step| Fact::Failed { step, problem: "x".into(), retry_at: None, conflict: None, instead: None };
        let production = STAGES.replace("\"staging\"", "\"production\"");
        let rolls_back =
            STAGES.replace("environment = \"staging\",", "environment = \"staging\", on-failure = \"hold\",");
        let background = STAGES.replacen("name = \"Snapshot\"", "name = \"Snapshot\"\nbackground = true", 1);
        compare([
            ("labels beside the branch, and not the tag on it", taken(STAGES, 0, &[]), vec![2]),
            ("labels that are there already are over", taken(STAGES, 0, &[done(2)]), vec![]),
            ("labels beside the tag", taken(STAGES, 1, &[]), vec![2]),
            ("a pull request wants its labels", taken(STAGES, 2, &[]), vec![]),
            ("CD is asked beside the pull request, once only", taken(STAGES, 3, &[]), vec![4]),
            ("what failed is a person's", taken(STAGES, 3, &[failed(4)]), vec![]),
            ("production waits for its pull request", taken(&production, 3, &[]), vec![]),
            ("what is held when it fails waits, too", taken(&rolls_back, 3, &[]), vec![]),
            ("nothing beside a deploy", taken(STAGES, 4, &[]), vec![]),
            ("stages beside one another take turns", taken(&background, 0, &[]), vec![]),
        ]);
    }
}
