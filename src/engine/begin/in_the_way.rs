//! What will stop a release that begins now, as far as that is known.

use crate::{
    context::Context,
    domain::release::{Release, ReleaseSpec, plan::Step},
    messages,
    store::StoreProblem,
};

/// What closes or holds its way if its time had come, in words: when it leaves, or now if nobody said when.
///
/// # Errors
/// When the store cannot be read.
pub fn in_the_way(context: &Context, spec: &ReleaseSpec) -> Result<Vec<String>, StoreProblem> {
    let leaves = spec.plan.steps.iter().find_map(|planned| {
        let Step::AwaitMerge { at: Some(date) } = &planned.step else { return None };
        spec.dates.get(date)
    });
    let at = leaves.unwrap_or_else(|| context.clock.now());
    let around = context.surroundings_in(&context.store, &Release::new(spec.clone(), vec![]), at)?;
    let closings = around.freeze.into_iter().chain(around.deploys.into_values()).chain(around.merges.into_values());
    let closings = closings.chain(around.stories).chain(around.back_merge);
    let mut closed: Vec<String> = closings.map(|closed| messages::freeze::closed(&closed, &context.people)).collect();
    let path = spec.plan.environments();
    let held = around.holds.into_iter().filter(|(environment, _)| path.contains(&environment.as_str()));
    closed.extend(held.map(|(environment, hold)| {
        format!("{environment} is held {}", messages::environment::held(&environment, &hold, context.zone))
    }));
    closed.sort_unstable();
    closed.dedup();
    Ok(closed)
}
