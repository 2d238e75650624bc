//! Makes the annotated tag on the release branch's head, or on the merge commit; or moves it to where the branch is by now.

use super::{
    catch_up_tag,
    context::{StepContext, StepError},
};
use crate::{
    domain::{
        message::short::short,
        release::{fact::Outcome, plan::Tagged},
    },
    messages::stops::Stop,
};

pub(super) async fn act(
    context: &StepContext<'_>,
    name: &str,
    message: &str,
    of: Tagged,
) -> Result<Outcome, StepError> {
    let commit = match (of, &context.release.state.merged) {
        (Tagged::CatchUp, _) => return catch_up_tag::act(context, name, message).await,
        (Tagged::Head, _) => context.release.head(),
        (Tagged::Merge, Some(merged)) => merged.commit.as_str(),
        (Tagged::Merge, None) => return Err(StepError::Person("nothing has been merged that could be tagged".into())),
    };
    if context.resumed
        && let Some(made) = look(context, name, commit).await?
    {
        return Ok(made);
    }
    let object = context.repository.create_tag_object(name, message, commit, context.started).await?;
    match StepContext::exists(context.repository.create_tag(name, &object).await)? {
        Some(()) => Ok(Outcome::Tag { commit: commit.to_owned(), moved_from: None }),
        None => look(context, name, commit).await?.ok_or_else(|| StepError::Later("the tag vanished".into(), None)),
    }
}

async fn look(context: &StepContext<'_>, name: &str, commit: &str) -> Result<Option<Outcome>, StepError> {
    let Some(found) = context.repository.tag(name).await? else { return Ok(None) };
    if found.commit == commit {
        return Ok(Some(Outcome::Tag { commit: found.commit, moved_from: None }));
    }
    Err(Stop::Taken { tag: name, at: short(&found.commit), not: short(commit) }.into())
}
