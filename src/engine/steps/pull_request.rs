//! Opens a pull request with its labels.

use super::{
    context::{StepContext, StepError},
    reviews,
};
use crate::{
    domain::release::{
        fact::{BackMerge, Outcome},
        plan::PullRequestName,
        setback::PullSetback,
    },
    github::model::PullRequest,
    messages,
};

/// The pull request that should be there.
pub(super) struct PullRequestSpec<'a> {
    pub name: PullRequestName,
    pub head: &'a str,
    pub base: &'a str,
    pub title: &'a str,
    pub labels: &'a [String],
}

pub(super) async fn act(context: &StepContext<'_>, wanted: &PullRequestSpec<'_>) -> Result<Outcome, StepError> {
    let back_merge = context.release.state.back_merge();
    if wanted.name == PullRequestName::Backport && back_merge == Some(&BackMerge::Nothing) {
        return Ok(Outcome::Nothing);
    }
    let found = if context.resumed { look(context, wanted).await? } else { None };
    let pull_request = match found {
        Some(found) => found,
        None => open(context, wanted).await?,
    };
    // What it brings is more than it was at first.
    if wanted.name == PullRequestName::Backport && context.release.state.steps[context.index].tries > 0 {
        let body = messages::pull_request::backport(context.release, wanted.base);
        context.repository.edit_pull_request_body(pull_request.number, &body).await?;
    }
    let missing: Vec<String> =
        wanted.labels.iter().filter(|label| !pull_request.labels.contains(label)).cloned().collect();
    if !missing.is_empty() {
        context.repository.add_labels(pull_request.number, &missing).await?;
    }
    if wanted.name == PullRequestName::Backport && back_merge.is_some_and(BackMerge::lacks_something) {
        assign(context, pull_request.number).await?;
    }
    reviews::ask(context, &pull_request).await?;
    Ok(Outcome::PullRequest { number: pull_request.number, url: pull_request.url })
}

async fn open(context: &StepContext<'_>, wanted: &PullRequestSpec<'_>) -> Result<PullRequest, StepError> {
    let body = match wanted.name {
        PullRequestName::Release => messages::pull_request::release(context.release),
        PullRequestName::Backport => messages::pull_request::backport(context.release, wanted.base),
    };
    let lacks = context.release.state.back_merge().is_some_and(BackMerge::lacks_something);
    let draft = wanted.name == PullRequestName::Backport && lacks;
    let opened = context.repository.open_pull_request(wanted.title, &body, wanted.head, wanted.base, draft).await;
    match StepContext::exists(opened)? {
        Some(opened) => Ok(opened),
        None => look(context, wanted)
            .await?
            .ok_or_else(|| StepError::soon(PullSetback::Unlisted { head: wanted.head.to_owned() })),
    }
}

async fn look(context: &StepContext<'_>, wanted: &PullRequestSpec<'_>) -> Result<Option<PullRequest>, StepError> {
    let found = context.repository.find_pull_request(wanted.head, wanted.base).await?;
    // Between branches that stay, one that was merged earlier belongs to an earlier release.
    let stays = wanted.head == context.release.spec.source;
    let Some(found) = found.filter(|found| found.open || found.merged.is_some()) else { return Ok(None) };
    let ours = match (found.open, stays) {
        (true, _) => true,
        (false, true) => found.head_sha == context.release.head(),
        // Once it was merged, more may have come to its branch.
        (false, false) => context.repository.branch(wanted.head).await?.is_none_or(|tip| tip == found.head_sha),
    };
    Ok(ours.then_some(found))
}

/// A conflict belongs to somebody: whoever merged the release, else whoever asked for it.
pub(super) async fn assign(context: &StepContext<'_>, number: u64) -> Result<(), StepError> {
    let merger = context.release.state.merged.as_ref().map(|merged| merged.by.as_str());
    let name = merger.unwrap_or(&context.release.spec.requester);
    let login = context.people.named(name).and_then(|person| person.github.first().cloned());
    if let Some(login) = login {
        context.repository.add_assignees(number, &[login]).await?;
    }
    Ok(())
}
