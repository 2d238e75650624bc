//! Which steps need nothing of those before them that are not over.

use super::{
    Release,
    plan::{OnFailure, PullRequestName, Step},
};

/// The steps that are not over and need nothing of any before them that is not, from `first` on.
pub(super) fn independent(release: &Release, first: usize, is_over: impl Fn(usize) -> bool) -> Vec<usize> {
    let plan = &release.spec.plan;
    let alone = |step: usize| plan.stage_of(step).is_none_or(|stage| stage.background || stage.joins);
    let (mut before, mut found) = (vec![first], vec![]);
    if release.state.stories.asked_again || alone(first) {
        return found;
    }
    for index in (first + 1..plan.steps.len()).take_while(|index| !alone(*index)) {
        if is_over(index) {
            continue;
        }
        if before.iter().all(|earlier| needs_nothing_of(release, index, *earlier)) {
            found.push(index);
        }
        before.push(index);
    }
    found
}

/// Whether a step works on nothing that an earlier one makes. Labels belong to the repository; CD deploys a branch or a tag, and
/// whether there is a pull request is nothing to it. Production waits for it all the same, and so does what would be taken back.
fn needs_nothing_of(release: &Release, step: usize, earlier: usize) -> bool {
    let plan = &release.spec.plan;
    let (Some(step), Some(earlier)) = (plan.step(step), plan.step(earlier)) else { return false };
    if let Step::Deploy { on_failure: OnFailure::Leave, environment, .. } = step {
        let opens = matches!(earlier, Step::PullRequest { name: PullRequestName::Release, .. });
        return opens && !plan.is_production(environment);
    }
    matches!((step, earlier), (Step::Labels { .. }, Step::Snapshot { .. } | Step::Tag { .. } | Step::Branch { .. }))
}
