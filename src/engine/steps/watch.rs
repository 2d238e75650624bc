//! Watches what was deployed: a bad signal ends it, and quiet until its time is over is good.

use super::scene::{Scene, Trouble};
use crate::domain::release::fact::Made;

pub(super) fn act(scene: &Scene<'_>, environment: &str) -> Result<Made, Trouble> {
    match scene.around.signals.get(&scene.index) {
        Some(signal) => Err(Trouble::Person(format!("a bad signal from {environment}: {signal}"))),
        None => Ok(Made::Nothing),
    }
}
