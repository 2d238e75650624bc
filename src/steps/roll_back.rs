//! Rolls an environment back: asks CD to deploy the version before.

use super::{
    scene::{Scene, Trouble},
    start_deploy,
};
use crate::domain::fact::Made;

pub(super) async fn act(scene: &Scene<'_>, environment: &str) -> Result<Made, Trouble> {
    let Some(tag) = &scene.release.brief.previous_tag else {
        return Err(Trouble::Person(format!("there is no earlier tag to which {environment} could be rolled back")));
    };
    start_deploy::dispatch(scene, environment, tag, tag, tag.clone()).await
}
