//! Compares the choice of stories with what the branch holds: two requests as long as nothing moves, and then one for each
//! hundred commits and each story's branch that is not in.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};

use super::super::context::{StepContext, StepError};
use crate::{
    domain::release::{
        Release,
        fact::Fact,
        stories::{HeldBranch, HeldCommit, PREFIX, Picking, Story, differences, holder, is_name},
    },
    github::{Repository, model::CommitLine, problem::GithubResult},
};

/// The most branches of stories that are looked into: whatever else is there, nobody chose it.
const MOST_BRANCHES: usize = 100;
/// How many are looked into at once.
const AT_ONCE: usize = 4;

/// All that the differences rest on: as long as it stays the same, so do they.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rests {
    branch: String,
    tip: String,
    heads: BTreeMap<String, String>,
    chosen: Vec<Story>,
}

/// What the differences rest on just now; nothing if they are not to be looked for now.
///
/// # Errors
/// What GitHub says against looking.
pub async fn rests(context: &StepContext<'_>, picking: Picking<'_>) -> Result<Option<Rests>, StepError> {
    if !is_due(context.release, picking) {
        return Ok(None);
    }
    let branch = holder(context.release, picking);
    let Some(tip) = context.repository.branch(branch).await? else { return Ok(None) };
    let heads = context.repository.branches_with_prefix(PREFIX).await?;
    let heads = heads.into_iter().filter(|(name, _)| is_name(name)).collect();
    let chosen = context.release.state.stories.list.clone();
    Ok(Some(Rests { branch: branch.to_owned(), tip, heads, chosen }))
}

/// How they differ, if that is news.
///
/// # Errors
/// What GitHub says against looking.
pub async fn compare(
    context: &StepContext<'_>,
    picking: Picking<'_>,
    rests: &Rests,
) -> Result<Option<Fact>, StepError> {
    let stories = &context.release.state.stories;
    let held = read(context, rests).await?;
    let found = differences(stories, picking, &held);
    Ok((found != stories.differences).then_some(Fact::StoriesDiffer { differences: found }))
}

/// The same, looked for now.
///
/// # Errors
/// What GitHub says against looking.
pub async fn differ(context: &StepContext<'_>, picking: Picking<'_>) -> Result<Option<Fact>, StepError> {
    match rests(context, picking).await? {
        Some(rests) => compare(context, picking, &rests).await,
        None => Ok(None),
    }
}

/// Whether there is a choice, all of it has come to rest, and the tag is not there yet.
fn is_due(release: &Release, picking: Picking<'_>) -> bool {
    let (state, stories) = (&release.state, &release.state.stories);
    let rest = !stories.rebuild && stories.list.iter().all(|story| story.is_in() || story.is_out());
    let begun = state.steps[picking.step].is_over() || stories.asked_again || !stories.list.is_empty();
    state.tagged.is_none() && rest && begun
}

async fn read(context: &StepContext<'_>, rests: &Rests) -> Result<HeldBranch, StepError> {
    let (repository, stories) = (context.repository, &context.release.state.stories);
    let found = repository.compare(&context.release.spec.production, &rests.tip).await?;
    let commits: Vec<HeldCommit> = found.commits.into_iter().map(held).collect();
    let mut read = HeldBranch { tip: rests.tip.clone(), commits, ..HeldBranch::default() };
    let known: BTreeSet<String> = read.commits.iter().map(|commit| commit.sha.clone()).collect();
    for story in stories.list.iter().filter(|story| story.is_in()) {
        let Some(head) = &story.head else { continue };
        if !known.contains(head) && repository.relation(&rests.tip, head).await?.ahead == 0 {
            read.there.insert(head.clone());
        }
        let now = rests.heads.get(&story.name).filter(|now| *now != head && !known.contains(*now));
        if let Some(now) = now
            && repository.relation(now, head).await?.ahead > 0
        {
            read.rewritten.insert(story.name.clone());
        }
    }
    let mut strange: Vec<(String, String)> = rests.heads.clone().into_iter().collect();
    strange.retain(|(name, head)| !known.contains(head) && stories.named(name).is_none_or(Story::is_out));
    let parts =
        strange.into_iter().rev().take(MOST_BRANCHES).map(|(name, head)| part(repository, &rests.tip, name, head));
    let parts: Vec<Option<(String, String)>> = stream::iter(parts).buffered(AT_ONCE).try_collect().await?;
    read.parts = parts.into_iter().flatten().collect();
    read.heads.clone_from(&rests.heads);
    Ok(read)
}

/// Where a branch that is not in left what is, under its name.
async fn part(
    repository: &Repository,
    tip: &str,
    name: String,
    head: String,
) -> GithubResult<Option<(String, String)>> {
    let found = repository.relation(tip, &head).await?;
    Ok((found.ahead > 0).then_some((name, found.merge_base)))
}

fn held(commit: CommitLine) -> HeldCommit {
    HeldCommit { sha: commit.sha, parents: commit.parent_ids, message: commit.message }
}
