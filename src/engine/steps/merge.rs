//! Merges one branch into another on GitHub; where a rule or a conflict is in the way, a person does it.

use super::{
    conflict,
    context::{Observation, StepContext, StepError},
    decided,
    pull_request::assign,
};
use crate::{
    domain::release::{
        conflict::{Clash, Conflict, paths},
        fact::{Joined, Outcome, Proposal},
        setback::{GitSetback, ProposalStands, PullSetback, Setback},
    },
    github::{merges::is_a_rule, model::Merge},
    messages::{self, stops::Stop},
};

/// What should be merged.
pub(super) struct MergeSpec<'a> {
    pub branch: &'a str,
    pub from: &'a str,
    pub message: &'a str,
}

/// What is to arrive: a branch's or a tag's commit.
struct MergeSource {
    commit: String,
    tag: bool,
}

pub(super) async fn look(context: &StepContext<'_>, wanted: &MergeSpec<'_>) -> Result<Observation, StepError> {
    let state = &context.release.state.steps[context.index];
    if let Some(proposal) = &state.proposed {
        return proposed(context, wanted, proposal).await;
    }
    let Some(failure) = state.failed.as_ref().filter(|failure| failure.retry_at.is_none()) else {
        return Ok(Observation::Ready);
    };
    // It is stopped until a person has merged it by hand; what they had to merge is what it was then.
    if let Some(conflict) = &failure.conflict
        && contains(context, wanted.branch, &conflict.commit).await?
    {
        let commit = context.head_of(wanted.branch).await?;
        return Ok(Observation::Done(Outcome::Merge { commit, how: Joined::ByHand }));
    }
    Ok(Observation::NotYet(failure.problem.clone()))
}

pub(super) async fn act(context: &StepContext<'_>, wanted: &MergeSpec<'_>) -> Result<Outcome, StepError> {
    let source = source(context, wanted.from, wanted.branch).await?;
    if let Some(proposal) = &context.release.state.steps[context.index].proposed {
        return finish(context, wanted, proposal).await;
    }
    if context.resumed
        && let Some(error) = opened(context, wanted, &source).await?
    {
        return Err(error);
    }
    match context.repository.merge_branch(wanted.branch, &source.commit, wanted.message).await? {
        Merge::Merged(commit) => Ok(Outcome::Merge { commit, how: Joined::Clean }),
        Merge::AlreadyThere => already(context, wanted, &source).await,
        Merge::Conflict if wanted.branch == context.release.spec.branch => {
            let files = conflict::known(context, wanted.branch, &source.commit).await?;
            let files = named(files, &source.commit, wanted.from);
            let (into, from) = (wanted.branch.to_owned(), wanted.from.to_owned());
            let conflict = Conflict { into, from, tag: source.tag, commit: source.commit, files };
            Err(StepError::Conflict(Box::new(conflict)))
        }
        Merge::Conflict => {
            let files = conflict::known(context, wanted.branch, &source.commit).await?;
            propose(context, wanted, &source, files, None).await
        }
        Merge::Refused(words) if is_a_rule(&words) => {
            let files = conflict::between(context, wanted.branch, &source.commit).await?;
            propose(context, wanted, &source, files, Some(words)).await
        }
        Merge::Refused(said) => {
            let (from, into) = (wanted.from.to_owned(), wanted.branch.to_owned());
            Err(StepError::person(GitSetback::NotMerged { from, into, said }))
        }
    }
}

/// It is there: perhaps because this very step merged it, and died before that was noted.
async fn already(
    context: &StepContext<'_>,
    wanted: &MergeSpec<'_>,
    source: &MergeSource,
) -> Result<Outcome, StepError> {
    let commit = context.head_of(wanted.branch).await?;
    let found = context.repository.commit(&commit).await?;
    let merges = found.message.trim() == wanted.message.trim() && found.parents.get(1) == Some(&source.commit);
    let earlier = context
        .release
        .state
        .steps
        .iter()
        .any(|step| matches!(&step.done, Some((Outcome::Merge { commit: made, .. }, _)) if *made == commit));
    let ours = context.resumed && merges && !earlier;
    Ok(Outcome::Merge { commit, how: if ours { Joined::Clean } else { Joined::Already } })
}

/// A branch that takes no merge from the bot gets a pull request; with a conflict, a draft for somebody to resolve.
async fn propose(
    context: &StepContext<'_>,
    wanted: &MergeSpec<'_>,
    source: &MergeSource,
    files: Vec<Clash>,
    rule: Option<String>,
) -> Result<Outcome, StepError> {
    let head = own_branch(context, wanted);
    if head != wanted.from {
        StepContext::exists(context.repository.create_branch(&head, &source.commit).await)?;
    }
    let files = named(files, &source.commit, wanted.from);
    let why = why(wanted, &files);
    let body = messages::conflict::proposal(&why.to_string(), rule.as_deref(), &head, wanted.branch, &files);
    let draft = !files.is_empty();
    let opened = context.repository.open_pull_request(wanted.message, &body, &head, wanted.branch, draft).await;
    let pull_request = match StepContext::exists(opened)? {
        Some(opened) => opened,
        None => context
            .repository
            .find_pull_request(&head, wanted.branch)
            .await?
            .ok_or_else(|| StepError::soon(PullSetback::Unlisted { head: head.clone() }))?,
    };
    if draft {
        assign(context, pull_request.number).await?;
    }
    let (number, url, base) = (pull_request.number, pull_request.url, wanted.branch.to_owned());
    let commit = source.commit.clone();
    Err(StepError::Instead(Box::new(Proposal { number, url, head, base, commit, why, files })))
}

/// The pull request that an earlier attempt opened before it could be noted.
async fn opened(
    context: &StepContext<'_>,
    wanted: &MergeSpec<'_>,
    source: &MergeSource,
) -> Result<Option<StepError>, StepError> {
    let head = own_branch(context, wanted);
    let Some(found) = context.repository.find_pull_request(&head, wanted.branch).await? else { return Ok(None) };
    if !found.open || found.head_sha != source.commit {
        return Ok(None);
    }
    let files = conflict::between(context, wanted.branch, &source.commit).await?;
    let files = named(files, &source.commit, wanted.from);
    if found.draft {
        assign(context, found.number).await?;
    }
    let why = why(wanted, &files);
    let (number, url, base) = (found.number, found.url, wanted.branch.to_owned());
    let commit = source.commit.clone();
    Ok(Some(StepError::Instead(Box::new(Proposal { number, url, head, base, commit, why, files }))))
}

fn why(wanted: &MergeSpec<'_>, files: &[Clash]) -> Setback {
    let (from, into) = (wanted.from.to_owned(), wanted.branch.to_owned());
    match files {
        [] => GitSetback::ByRule { from, into }.into(),
        files => GitSetback::ByPull { from, into, files: paths(files) }.into(),
    }
}

/// How the pull request stands that does it instead.
async fn proposed(
    context: &StepContext<'_>,
    wanted: &MergeSpec<'_>,
    proposal: &Proposal,
) -> Result<Observation, StepError> {
    let number = proposal.number;
    let pull_request = context.repository.pull_request(number).await?;
    if pull_request.merged.is_some() || contains(context, wanted.branch, &proposal.commit).await? {
        return Ok(Observation::Ready);
    }
    if !pull_request.open {
        return Err(StepError::person(PullSetback::ProposalClosed { number }));
    }
    let (from, into) = (wanted.from.to_owned(), wanted.branch.to_owned());
    let stands = match pull_request.mergeable {
        Some(false) => ProposalStands::Conflicts(paths(&proposal.files)),
        _ if pull_request.draft => ProposalStands::Draft,
        _ => ProposalStands::Ready,
    };
    Ok(Observation::not_yet(PullSetback::Proposed { number, from, into, stands }))
}

/// After the merge, the branch that was made for it is not needed any more.
async fn finish(context: &StepContext<'_>, wanted: &MergeSpec<'_>, proposal: &Proposal) -> Result<Outcome, StepError> {
    let commit = context.head_of(wanted.branch).await?;
    if proposal.head != wanted.from {
        context.repository.delete_branch(&proposal.head).await?;
    }
    Ok(Outcome::Merge { commit, how: Joined::ByHand })
}

/// The release branch goes by itself; what moves on or is a tag is held still by a branch of its own.
fn own_branch(context: &StepContext<'_>, wanted: &MergeSpec<'_>) -> String {
    match wanted.from == context.release.spec.branch {
        true => wanted.from.to_owned(),
        false => format!("merge/{}-into-{}", wanted.from, wanted.branch.replace('/', "-")),
    }
}

/// People know a branch by its name, not by its commit.
fn named(mut files: Vec<Clash>, commit: &str, name: &str) -> Vec<Clash> {
    let touches = files.iter_mut().flat_map(|file| &mut file.last);
    touches.filter(|touch| touch.on == commit).for_each(|touch| touch.on = name.to_owned());
    files
}

async fn source(context: &StepContext<'_>, name: &str, into: &str) -> Result<MergeSource, StepError> {
    // What people decided on, wherever the branch is now.
    if let Some(commit) = context.release.decided_on(name, context.index) {
        return Ok(MergeSource { commit: commit.to_owned(), tag: false });
    }
    if let Some(commit) = decided::tagged(context, name, &format!("{into} does not get it")).await? {
        return Ok(MergeSource { commit, tag: true });
    }
    if let Some(commit) = context.repository.branch(name).await? {
        return Ok(MergeSource { commit, tag: false });
    }
    let tag = context.repository.tag_or_gone(name).await?.ok_or(Stop::NoRef { name })?;
    Ok(MergeSource { commit: tag.commit, tag: true })
}

async fn contains(context: &StepContext<'_>, branch: &str, commit: &str) -> Result<bool, StepError> {
    Ok(context.repository.compare(branch, commit).await?.ahead == 0)
}
