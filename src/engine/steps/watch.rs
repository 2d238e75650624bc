//! Watches what was deployed: a bad signal ends it, and quiet until its time is over is good.

use super::context::{StepContext, StepError};
use crate::domain::release::fact::Outcome;

pub(super) fn act(context: &StepContext<'_>, environment: &str) -> Result<Outcome, StepError> {
    match context.surroundings.signals.get(&context.index) {
        Some(signal) => Err(StepError::Person(format!("a bad signal from {environment}: {signal}"))),
        None => Ok(Outcome::Nothing),
    }
}
