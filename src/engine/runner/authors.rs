//! Reads who wrote what is decided on before anybody is asked to decide on it.

use super::{record::record, scene::scene};
use crate::{
    context::Context,
    domain::release::{
        Release,
        next::{Surroundings, Wait},
    },
    engine::steps,
    store::StoreProblem,
};

/// Reads it for each gate at which it matters; whether anything was learnt. What cannot be read is looked at again.
pub(super) async fn learn(
    context: &Context,
    release: &Release,
    surroundings: &Surroundings,
    waits: &[(usize, Wait)],
) -> Result<bool, StoreProblem> {
    for (step, wait) in waits {
        let gate = release.spec.plan.steps.get(*step).and_then(|planned| planned.step.gate());
        let (Some(gate), Wait::Decision { .. }) = (gate, wait) else { continue };
        if !release.minds_authors(gate) || release.authorship(gate).is_some() {
            continue;
        }
        let Some(scene) = scene(context, release, surroundings, *step, context.clock.now(), false) else { continue };
        match steps::authors(&scene, gate).await {
            Ok(read) => {
                record(context, release.spec.id, read).await?;
                return Ok(true);
            }
            Err(error) => {
                let problem = error.in_words();
                tracing::warn!(release = release.spec.id.0, step, problem, "who wrote it could not be read");
            }
        }
    }
    Ok(false)
}
