//! Makes the annotated tag on the release branch's head, or on the merge commit; or moves it to where the branch is by now.

use chrono::{DateTime, Utc};

use super::{
    catch_up_tag,
    context::{StepContext, StepError},
};
use crate::{
    domain::{
        message::short::short,
        release::{
            fact::Outcome,
            plan::{Step, Tagged},
            setback::GitSetback,
        },
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
        (Tagged::Merge, None) => return Err(StepError::person(GitSetback::NothingMerged)),
    };
    if context.resumed
        && let Some(made) = look(context, name, commit).await?
    {
        return Ok(made);
    }
    let repository = context.repository.for_a_start();
    let at = dated(context, context.index).unwrap_or(context.started);
    let object = repository.create_tag_object(name, message, commit, at).await?;
    match StepContext::exists(context.repository.create_tag(name, &object).await)? {
        Some(()) => Ok(Outcome::Tag { commit: commit.to_owned(), moved_from: None }),
        None => {
            let vanished = || StepError::soon(GitSetback::Vanished { name: name.to_owned() });
            look(context, name, commit).await?.ok_or_else(vanished)
        }
    }
}

/// Makes the object of the tag that comes right after the snapshot, which nobody sees before the tag's own step names it. What does
/// not come of it now does then.
pub(super) async fn foresee(context: &StepContext<'_>, head: &str) {
    let tag = context.index + 1;
    let Some(Step::Tag { name, message, of: Tagged::Head }) = context.release.spec.plan.step(tag) else { return };
    if let Some(at) = dated(context, tag)
        && let Err(problem) = context.repository.create_tag_object(name, message, head, at).await
    {
        tracing::info!(release = context.release.spec.id.0, %problem, "the tag's object could not be made ahead");
    }
}

/// The date of a tag that is made together with its branch: the same whenever it is asked for, so that its object is the same one.
fn dated(context: &StepContext<'_>, tag: usize) -> Option<DateTime<Utc>> {
    let (before, plan) = (tag.checked_sub(1)?, &context.release.spec.plan);
    let together = !plan.step(before)?.commits().is_empty() && plan.steps[before].stage == plan.steps.get(tag)?.stage;
    let started =
        if before == context.index { Some(context.started) } else { context.release.state.step(before).started };
    started.filter(|_| together)
}

async fn look(context: &StepContext<'_>, name: &str, commit: &str) -> Result<Option<Outcome>, StepError> {
    let Some(found) = context.repository.tag(name).await? else { return Ok(None) };
    if found.commit == commit {
        return Ok(Some(Outcome::Tag { commit: found.commit, moved_from: None }));
    }
    Err(Stop::Taken { tag: name, at: short(&found.commit), not: short(commit) }.into())
}
