//! Watches the release branch, or another one on which a stage decides: commits that come later make decisions lapse.

use std::collections::BTreeSet;

use super::{
    adopted,
    context::{Observation, StepContext, StepError},
    pick,
};
use crate::{
    domain::release::{
        Release,
        fact::Fact,
        plan::{PullRequestName, SnapshotCommit, Step, Tagged},
        rollout::Phase,
        setback::GitSetback,
    },
    github::model::Comparison,
};

/// How many files GitHub names at most.
const MOST_FILES: usize = 300;

/// Looks whether the branch that the step's stage watches has moved on: the release branch until it is merged, another
/// one as long as the stage lasts.
///
/// # Errors
/// What GitHub says against it.
pub async fn watch_head(context: &StepContext<'_>) -> Result<Option<Fact>, StepError> {
    let plan = &context.release.spec.plan;
    match &plan.stages[plan.steps[context.index].stage].of {
        Some(branch) => watch_other(context, branch).await,
        None => watch_own(context).await,
    }
}

/// What a step rests on may have moved just before it runs: a stage that watches a branch begins by looking at it, and a
/// tag goes onto the commit on which everybody has decided.
///
/// # Errors
/// What GitHub says against looking.
pub async fn watch_before(context: &StepContext<'_>) -> Result<Option<Fact>, StepError> {
    let plan = &context.release.spec.plan;
    let planned = &plan.steps[context.index];
    if let Step::Snapshot { branch, commits } = &planned.step {
        return watch_adopted(context, branch, commits).await;
    }
    if let Some(branch) = &plan.stages[planned.stage].of {
        // What is deployed is what is decided on; what has been decided stays so.
        let first = !context.release.state.heads.contains_key(branch);
        let deploys = planned.step.deploys_to().is_some() && context.release.phase(context.index) == Phase::Planned;
        return if first || deploys { watch_other(context, branch).await } else { Ok(None) };
    }
    let Step::Tag { name, of: Tagged::Head, .. } = &planned.step else { return Ok(None) };
    let decided = plan.stages[..planned.stage].iter().any(|stage| stage.repeats && stage.of.is_none());
    // A tag that an earlier attempt made stays where it is.
    if context.resumed && context.repository.tag(name).await?.is_some() {
        return Ok(None);
    }
    let moved = if decided { watch_own(context).await? } else { None };
    match (moved, context.release.spec.plan.picking()) {
        (None, Some(picking)) => pick::differ(context, picking).await,
        (moved, _) => Ok(moved),
    }
}

/// A branch that somebody made by hand goes on until the version is written on it.
async fn watch_adopted(
    context: &StepContext<'_>,
    branch: &str,
    commits: &[SnapshotCommit],
) -> Result<Option<Fact>, StepError> {
    let release = context.release;
    if release.spec.adopted.is_none() {
        return Ok(None);
    }
    let head = context.repository.branch(branch).await?;
    let Some(head) = head.filter(|head| head != release.head()) else { return Ok(None) };
    let came = context.repository.compare(release.head(), &head).await?;
    if !adopted::goes_on(context, &came, commits) {
        return Ok(None);
    }
    Ok(Some(moved(context, None, release.head(), head).await?))
}

async fn watch_other(context: &StepContext<'_>, branch: &str) -> Result<Option<Fact>, StepError> {
    let Some(head) = context.repository.branch(branch).await? else { return Ok(None) };
    let name = branch.to_owned();
    match context.release.state.heads.get(branch) {
        None => Ok(Some(Fact::Watched { branch: name, commit: head })),
        Some(known) if *known == head => Ok(None),
        Some(known) => Ok(Some(moved(context, Some(name), known, head).await?)),
    }
}

async fn watch_own(context: &StepContext<'_>) -> Result<Option<Fact>, StepError> {
    let release = context.release;
    // A merge of a story that nobody has heard the answer of is no news.
    let merging = release.spec.plan.picking().is_some_and(|picking| {
        release.state.stories.rebuild || release.state.stories.list.iter().any(|story| story.is_merging(picking))
    });
    if release.state.merged.is_some() || merging {
        return Ok(None);
    }
    let head = match release.state.pull_requests.get(&PullRequestName::Release) {
        Some((number, _)) => {
            let pull_request = Box::pin(context.repository.pull_head(*number)).await?;
            pull_request.is_open.then_some(pull_request.sha)
        }
        None => context.repository.branch(&release.spec.branch).await?,
    };
    let Some(head) = head.filter(|head| head != release.head()) else { return Ok(None) };
    Ok(Some(moved(context, None, release.head(), head).await?))
}

async fn moved(context: &StepContext<'_>, branch: Option<String>, from: &str, to: String) -> Result<Fact, StepError> {
    let came = context.repository.compare(from, &to).await?;
    let back_merge = only_brings_back(context, from, &to, &came).await?;
    let commits = came.commits.iter().map(|commit| context.new_commit(commit)).collect();
    Ok(Fact::HeadMoved { branch, from: from.to_owned(), to, commits, back_merge })
}

/// The fix has come when somebody pushed anything on top of the snapshot.
pub(super) fn look_for_fix(release: &Release) -> Observation {
    if release.state.new_commits.is_empty() && release.spec.adopted.is_none_or(|commits| commits == 0) {
        return Observation::not_yet(GitSetback::FixToCome { branch: release.spec.branch.clone() });
    }
    Observation::Done(crate::domain::release::fact::Outcome::Fix { commit: release.head().to_owned() })
}

/// Whether what came only brings production back: nothing but merges and what production has already, and every file as
/// production has it. Where that cannot be told – a file changed on both sides, or there is too much – it is something new.
async fn only_brings_back(
    context: &StepContext<'_>,
    from: &str,
    to: &str,
    came: &Comparison,
) -> Result<bool, StepError> {
    if came.commits.last().is_none_or(|last| last.parents < 2) || is_cut(came) {
        return Ok(false);
    }
    let beyond = context.repository.compare(&context.release.spec.production, to).await?;
    if is_cut(&beyond) {
        return Ok(false);
    }
    let elsewhere: BTreeSet<&str> = beyond.commits.iter().map(|commit| commit.sha.as_str()).collect();
    let (own, back): (Vec<_>, Vec<_>) = came.commits.iter().partition(|commit| elsewhere.contains(commit.sha.as_str()));
    let back: BTreeSet<&str> = back.into_iter().map(|commit| commit.sha.as_str()).collect();
    let mut merged: Vec<&str> = own.iter().flat_map(|merge| &merge.parent_ids).map(String::as_str).collect();
    merged.retain(|parent| back.contains(parent));
    merged.dedup();
    let [merged] = merged.as_slice() else { return Ok(false) };
    if own.iter().any(|commit| commit.parents < 2) {
        return Ok(false);
    }
    let brought = context.repository.compare(from, merged).await?;
    Ok(brought.contents == came.contents && brought.files.len() < MOST_FILES)
}

/// Whether GitHub did not name all commits.
pub(super) fn is_cut(comparison: &Comparison) -> bool {
    u64::try_from(comparison.commits.len()).is_ok_and(|named| named < comparison.ahead)
}
