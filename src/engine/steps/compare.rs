//! Looks for what differs between two environments, so that people see it before they decide.

use super::scene::Scene;
use crate::domain::{
    deploy::{drift::drift, environment::Running},
    release::fact::Made,
};

pub(super) fn act(scene: &Scene<'_>, environments: &[String; 2]) -> Made {
    let running = |name: &String| -> Option<&Running> { scene.around.standings.get(name)?.now.as_ref() };
    let [one, other] = environments;
    match (running(one), running(other)) {
        (Some(a), Some(b)) => Made::Drift { environments: environments.clone(), lines: drift((one, a), (other, b)) },
        // Of an environment into which nothing was ever deployed there is nothing to say.
        _ => Made::Nothing,
    }
}
