//! Looks for what differs between two environments, so that people see it before they decide.

use super::context::StepContext;
use crate::domain::{
    deploy::{drift::drift, ledger::Running},
    release::fact::Outcome,
};

pub(super) fn act(context: &StepContext<'_>, environments: &[String; 2]) -> Outcome {
    let running = |name: &String| -> Option<&Running> { context.surroundings.ledgers.get(name)?.runs() };
    let [one, other] = environments;
    match (running(one), running(other)) {
        (Some(a), Some(b)) => Outcome::Drift { environments: environments.clone(), lines: drift((one, a), (other, b)) },
        // Of an environment into which nothing was ever deployed there is nothing to say.
        _ => Outcome::Nothing,
    }
}
