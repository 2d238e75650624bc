//! Moves the tag to the release branch's head when fixes came after it, as long as production has not seen it.

use super::context::{StepContext, StepError};
use crate::domain::release::{fact::Outcome, plan::Step};

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
        return Err(StepError::Person(format!(
            "production has already seen {name}, so the tag stays where it is; release the newer commits as the next version"
        )));
    }
    let object = context.repository.create_tag_object(name, message, head, context.started).await?;
    context.repository.move_tag(name, &object).await?;
    Ok(moved())
}

/// Whether a deploy of the tag has ever been asked for after the merge.
fn reached_production(context: &StepContext<'_>) -> bool {
    let (plan, state) = (&context.release.spec.plan, &context.release.state);
    let merge = plan.find(|step| matches!(step, Step::AwaitMerge { .. })).unwrap_or(usize::MAX);
    plan.steps
        .iter()
        .enumerate()
        .any(|(index, planned)| index > merge && planned.step.deploys_to().is_some() && state.steps[index].is_begun())
}
