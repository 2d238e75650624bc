//! Rolls an environment back: asks CD to deploy what ran well there before.

use std::collections::BTreeMap;

use super::{
    super::context::{StepContext, StepError},
    ask::{Request, ask},
};
use crate::{
    domain::{message::short::is_same, release::fact::Outcome},
    messages::{environment::moved_since, stops::Stop},
};

pub(super) async fn act(
    context: &StepContext<'_>,
    environment: &str,
    inputs: &BTreeMap<String, String>,
) -> Result<Outcome, StepError> {
    let spec = &context.release.spec;
    let ledger = context.surroundings.ledgers.get(environment).cloned().unwrap_or_default();
    for tag in ledger.ways_back(&spec.tag, spec.previous_tag.as_deref()) {
        // What ran there before may never have been tagged.
        if let Some(found) = context.repository.tag(&tag).await? {
            if let Some(ran) = ledger.commit_of(&tag).filter(|ran| !is_same(ran, &found.commit)) {
                return Err(StepError::person(moved_since(&tag, environment, ran, &found.commit)));
            }
            let inputs = if inputs.is_empty() { spec.plan.inputs_back(environment) } else { inputs.clone() };
            let tag = tag.as_str();
            return ask(context, Request { environment, git_ref: tag, tag, build: tag.to_owned(), inputs }).await;
        }
    }
    Err(Stop::NoWayBack { environment }.into())
}
