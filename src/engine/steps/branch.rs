//! Makes sure that a branch exists; one that is there stays as it is.

use super::context::{StepContext, StepError};
use crate::{
    domain::release::{fact::Outcome, setback::GitSetback},
    messages::stops::Stop,
};

pub(super) async fn act(context: &StepContext<'_>, name: &str, from: &str) -> Result<Outcome, StepError> {
    let (there, start) = futures::try_join!(context.repository.branch(name), context.repository.branch(from))?;
    if let Some(commit) = there {
        return Ok(Outcome::Branch { commit, contains: vec![] });
    }
    let start = match start {
        Some(commit) => Some(commit),
        None => context.repository.tag(from).await?.map(|tag| tag.commit),
    };
    let commit = start.ok_or(Stop::NoRef { name: from })?;
    match StepContext::exists(context.repository.create_branch(name, &commit).await)? {
        Some(()) => Ok(Outcome::Branch { commit, contains: vec![] }),
        None => Err(StepError::soon(GitSetback::BeingMade { branch: name.to_owned() })),
    }
}
