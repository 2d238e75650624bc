//! Makes the branch that brings one line into another: the one with the other, or a tag, merged into it; the other alone if
//! they conflict.

use super::{
    conflict,
    context::{StepContext, StepError},
    decided, settle,
};
use crate::{
    domain::release::{
        fact::{BackMerge, Outcome},
        setback::GitSetback,
    },
    github::model::Merge,
    messages::stops::Stop,
};

/// The branch that should be there.
pub(super) struct BackMergeSpec<'a> {
    pub branch: &'a str,
    pub into: &'a str,
    pub from: &'a str,
    pub message: &'a str,
}

pub(super) async fn act(context: &StepContext<'_>, wanted: &BackMergeSpec<'_>) -> Result<Outcome, StepError> {
    let repository = context.repository;
    let production = source(context, wanted.from, wanted.into).await?;
    let branch = match repository.branch(wanted.branch).await? {
        Some(head) => head,
        None => {
            let development = context.head_of(wanted.into).await?;
            StepContext::exists(repository.create_branch(wanted.branch, &development).await)?;
            development
        }
    };
    // Only a conflict leaves production itself on the branch.
    if branch == production && repository.compare(wanted.into, &production).await?.behind > 0 {
        let files = conflict::known(context, wanted.into, wanted.from).await?;
        return Ok(Outcome::BackMerge(BackMerge::Conflict { files, commits: vec![] }));
    }
    match repository.merge_branch(wanted.branch, &production, wanted.message).await? {
        Merge::Merged(_) => Ok(Outcome::BackMerge(BackMerge::Clean)),
        Merge::AlreadyThere if let Some(lines) = settle::settled(context, &branch, &production).await? => {
            settle::tidy(context, wanted.branch).await?;
            Ok(Outcome::BackMerge(BackMerge::Settled { lines }))
        }
        Merge::AlreadyThere => {
            let brings = repository.compare(wanted.into, wanted.branch).await?.ahead > 0;
            Ok(Outcome::BackMerge(if brings { BackMerge::Clean } else { BackMerge::Nothing }))
        }
        Merge::Conflict => {
            if let Some(lines) = settle::act(context, (wanted.branch, wanted.message), (&branch, &production)).await? {
                return Ok(Outcome::BackMerge(BackMerge::Settled { lines }));
            }
            let files = conflict::known(context, wanted.into, wanted.from).await?;
            // GitHub opens no pull request from a branch without commits of its own, and a branch with conflict
            // markers helps nobody: the branch shows production as it is.
            repository.move_branch(wanted.branch, &production, true).await?;
            Ok(Outcome::BackMerge(BackMerge::Conflict { files, commits: vec![] }))
        }
        Merge::Refused(said) => {
            let (from, into) = (wanted.from.to_owned(), wanted.branch.to_owned());
            Err(StepError::person(GitSetback::NotMerged { from, into, said }))
        }
    }
}

/// The commit that comes: a branch's, or a tag's.
async fn source(context: &StepContext<'_>, from: &str, into: &str) -> Result<String, StepError> {
    if let Some(commit) = decided::tagged(context, from, &format!("{into} does not get it")).await? {
        return Ok(commit);
    }
    if let Some(commit) = context.repository.branch(from).await? {
        return Ok(commit);
    }
    Ok(context.repository.tag_or_gone(from).await?.ok_or(Stop::NoRef { name: from })?.commit)
}
