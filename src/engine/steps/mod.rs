//! The steps of a release: each looks outside before it acts, so that doing it twice is doing it once.

mod adopted;
mod authors;
mod await_checks;
mod await_merge;
mod await_tag;
mod back_merge;
mod bad_commits;
mod branch;
mod catch_up_tag;
mod check_fixes;
mod cherry_pick;
pub mod clean_up;
mod compare;
mod conflict;
mod context;
mod decided;
mod delete_branch;
mod deploy;
mod head;
mod labels;
mod merge;
mod merge_when_green;
pub(super) mod merged_by;
pub(super) mod merged_otherwise;
pub mod notes;
mod only_merged;
mod overlap;
pub mod pick;
mod pick_aside;
mod present;
mod publish_release;
mod pull_request;
mod reviews;
mod settle;
mod snapshot;
mod tag;
mod tick_timeline;
mod validate;
mod way_in;

use crate::{
    domain::release::{fact::Outcome, plan::Step, setback::MergeObstacle},
    github::{Repository, problem::GithubProblem},
};

pub use authors::{authored, authors};
pub use check_fixes::missing as missing_fixes;
pub use context::{Observation, StepContext, StepError};
pub use head::{watch_before, watch_head};

/// Has the step's effect, or finds that it is there already.
///
/// # Errors
/// What stands in the way.
pub async fn act(context: &StepContext<'_>) -> Result<Outcome, StepError> {
    match &context.release.spec.plan.steps[context.index].step {
        Step::Snapshot { branch, commits } => snapshot::act(context, branch, commits).await,
        Step::Tag { name, message, of } => tag::act(context, name, message, *of).await,
        Step::Notes => notes::act(context).await,
        Step::Labels { names } => labels::act(context, names).await,
        Step::PullRequest { name, head, base, title, labels } => {
            pull_request::act(context, &pull_request::PullRequestSpec { name: *name, head, base, title, labels }).await
        }
        Step::TickTimeline => tick_timeline::act(context).await,
        step @ (Step::Deploy { .. } | Step::Settle { .. }) => deploy::act(context, step).await,
        Step::AwaitMerge { .. } => {
            bad_commits::refuse_merge(context).await?;
            await_merge::act(context).await
        }
        Step::Validate { tag, file } => validate::act(context, tag, file).await,
        Step::PublishRelease { tag } => Box::pin(publish_release::act(context, tag)).await,
        Step::BackMerge { branch, into, from, message } => {
            back_merge::act(context, &back_merge::BackMergeSpec { branch, into, from, message }).await
        }
        Step::CherryPick { branch, into, from, since } => {
            cherry_pick::act(context, &pick_aside::CherryPickSpec { branch, into, from, since }).await
        }
        Step::MergeWhenGreen => Box::pin(merge_when_green::act(context)).await,
        Step::Merge { branch, from, message } => merge::act(context, &merge::MergeSpec { branch, from, message }).await,
        Step::DeleteBranch { name } => delete_branch::act(context, name).await,
        Step::Branch { name, from } => branch::act(context, name, from).await,
        Step::Compare { environments } => Ok(compare::act(context, environments)),
        Step::CheckFixes { git_ref } => check_fixes::act(context, git_ref).await,
        Step::Overlap { with } => overlap::act(context, with).await,
        // These have no effect outside: recording them is all. Stories have turns of their own.
        Step::Announce { .. }
        | Step::SignOff(_)
        | Step::AwaitFix
        | Step::AwaitTime { .. }
        | Step::AwaitChecks { .. }
        | Step::AwaitTag { .. }
        | Step::Pick { .. }
        | Step::Freeze { .. }
        | Step::Thaw => Ok(Outcome::Nothing),
    }
}

/// Looks whether what a step waits for has happened.
///
/// # Errors
/// What stands in the way.
pub async fn look(context: &StepContext<'_>) -> Result<Observation, StepError> {
    match &context.release.spec.plan.steps[context.index].step {
        step @ (Step::Deploy { .. } | Step::Settle { .. }) => deploy::look(context, step).await,
        Step::AwaitMerge { .. } => await_merge::look(context).await,
        Step::MergeWhenGreen => Box::pin(merge_when_green::look(context)).await,
        Step::PublishRelease { tag } => Box::pin(publish_release::look(context, tag)).await,
        Step::Merge { branch, from, message } => {
            merge::look(context, &merge::MergeSpec { branch, from, message }).await
        }
        Step::AwaitChecks { git_ref, named } => await_checks::look(context, git_ref.as_deref(), named).await,
        Step::AwaitTag { name } => await_tag::look(context, name).await,
        Step::AwaitFix => Ok(head::look_for_fix(context.release)),
        Step::Snapshot { .. }
        | Step::Tag { .. }
        | Step::Notes
        | Step::AwaitTime { .. }
        | Step::Freeze { .. }
        | Step::Thaw
        | Step::Labels { .. }
        | Step::PullRequest { .. }
        | Step::TickTimeline
        | Step::Compare { .. }
        | Step::Branch { .. }
        | Step::Pick { .. }
        | Step::CherryPick { .. }
        | Step::CheckFixes { .. }
        | Step::Overlap { .. }
        | Step::Announce { .. }
        | Step::SignOff(_)
        | Step::Validate { .. }
        | Step::BackMerge { .. }
        | Step::DeleteBranch { .. } => Ok(Observation::Ready),
    }
}

/// What stands between a pull request and its merge right now, if anything does.
///
/// # Errors
/// What GitHub says against looking.
pub async fn merge_obstacle(
    repository: &Repository,
    number: u64,
    expects_checks: bool,
) -> Result<Option<MergeObstacle>, GithubProblem> {
    let pull_request = repository.pull_request(number).await?;
    if pull_request.merged.is_some() {
        return Ok(None);
    }
    let checks = await_merge::checks(repository, &pull_request.head_sha, expects_checks).await?;
    Ok(await_merge::obstacle(&pull_request, &checks, expects_checks))
}
