//! How a release's own pull request was merged, where that is otherwise than the release would have merged it.

use chrono::{DateTime, Utc};

use super::{
    context::{StepContext, StepError},
    merged_by,
};
use crate::{
    domain::{
        release::{
            Release,
            fact::{MergeTurn, OtherMerge},
            out_of_turn::merge_turn,
            plan::Step,
        },
        team::people::People,
    },
    github::{
        Repository,
        model::{MergedBy, PullRequest},
        problem::GithubResult,
    },
};

/// How a pull request was merged otherwise than its release would have, if it was merged, and so.
pub(crate) async fn seen(
    repository: &Repository,
    release: &Release,
    people: &People,
    pull: &PullRequest,
    now: DateTime<Utc>,
) -> GithubResult<Option<OtherMerge>> {
    let Some(MergedBy { login, at, commit }) = pull.merged.clone() else { return Ok(None) };
    let merges = release.spec.plan.find(|step| matches!(step, Step::AwaitMerge { .. }));
    let begun = merges.is_some_and(|step| release.state.steps[step].started.is_some());
    // The bot itself merged it, and its answer was lost.
    let ours = begun && login == pull.author;
    let turn = if ours { MergeTurn::Come } else { merge_turn(release, at, now) };
    let rewritten = repository.compare(&commit, &pull.head_sha).await?.ahead > 0;
    let by = merged_by::name(&login, &pull.author, None, people);
    let merge = OtherMerge { number: pull.number, by, base: pull.base.clone(), commit, turn, rewritten };
    Ok((rewritten || merge.turn != MergeTurn::Come).then_some(merge))
}

/// The commit by which somebody brought what was squashed or rebased to its branch after all, if anybody has: the first merge
/// of it, or else where the branch is.
pub(super) async fn brought(
    context: &StepContext<'_>,
    merge: &OtherMerge,
    head: &str,
) -> Result<Option<String>, StepError> {
    let repository = context.repository;
    if repository.compare(&merge.base, head).await?.ahead > 0 {
        return Ok(None);
    }
    let since = repository.compare(&merge.commit, &merge.base).await?.commits;
    let brings = since.iter().find(|commit| commit.parent_ids.iter().skip(1).any(|parent| parent == head));
    match brings {
        Some(commit) => Ok(Some(commit.sha.clone())),
        None => Ok(repository.branch(&merge.base).await?),
    }
}
