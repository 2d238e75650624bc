//! Rolls an environment back: asks CD to deploy the version before.

use std::collections::BTreeMap;

use super::{
    scene::{Scene, Trouble},
    start_deploy::{Asked, ask},
};
use crate::domain::fact::Made;

pub(super) async fn act(scene: &Scene<'_>, environment: &str) -> Result<Made, Trouble> {
    let Some(tag) = &scene.release.brief.previous_tag else {
        return Err(Trouble::Person(format!("there is no earlier tag to which {environment} could be rolled back")));
    };
    let asked = Asked { environment, git_ref: tag, tag, build: tag.clone(), inputs: BTreeMap::new() };
    ask(scene, asked).await
}
