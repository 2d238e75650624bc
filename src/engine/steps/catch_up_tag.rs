//! Moves the tag to the release branch's head when fixes came after it, as long as production has not seen it.

use super::context::{StepContext, StepError};
use crate::{domain::release::fact::Outcome, messages::stops::Stop};

pub(super) async fn act(context: &StepContext<'_>, name: &str, message: &str) -> Result<Outcome, StepError> {
    let (head, state) = (context.release.head(), &context.release.state);
    let stays = || Outcome::Tag { commit: head.to_owned(), moved_from: None };
    let moved = || Outcome::Tag { commit: head.to_owned(), moved_from: state.tagged.clone() };
    if state.tagged.as_deref() == Some(head) {
        return Ok(stays());
    }
    if context.resumed && context.repository.tag(name).await?.is_some_and(|found| found.commit == head) {
        return Ok(moved());
    }
    if reached_production(context) {
        return Err(Stop::Seen { tag: name }.into());
    }
    let object = context.repository.create_tag_object(name, message, head, context.started).await?;
    context.repository.move_tag(name, &object).await?;
    Ok(moved())
}

/// Whether a deploy to production has ever been asked for.
fn reached_production(context: &StepContext<'_>) -> bool {
    let steps = &context.release.state.steps;
    (0..steps.len()).any(|step| context.release.goes_to_production(step) && steps[step].is_begun())
}
