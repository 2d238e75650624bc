//! Waits until a tag is on the release branch, whoever makes it.

use super::context::{Observation, StepContext, StepError};
use crate::{
    domain::{
        message::short::short,
        release::{fact::Outcome, setback::GitSetback},
    },
    messages::stops::Stop,
};

pub(super) async fn look(context: &StepContext<'_>, name: &str) -> Result<Observation, StepError> {
    let (repository, spec) = (context.repository, &context.release.spec);
    let Some(tag) = repository.tag(name).await? else {
        let (tag, branch) = (name.to_owned(), spec.branch.clone());
        return Ok(Observation::not_yet(GitSetback::TagToCome { tag, branch }));
    };
    // A branch that was adopted had commits of its own before.
    let cut_from = if spec.adopted.is_some() { &spec.source } else { &spec.source_commit };
    let own = repository.compare(cut_from, &tag.commit).await?.ahead > 0;
    let head = repository.branch(&spec.branch).await?.unwrap_or_else(|| context.release.head().to_owned());
    if own && repository.compare(&head, &tag.commit).await?.ahead == 0 {
        return Ok(Observation::Done(Outcome::Tag { commit: tag.commit, moved_from: None }));
    }
    Err(Stop::Astray { tag: name, at: short(&tag.commit), branch: &spec.branch }.into())
}
