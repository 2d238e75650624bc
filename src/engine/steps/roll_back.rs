//! Rolls an environment back: asks CD to deploy what ran well there before.

use std::collections::BTreeMap;

use super::{
    scene::{Scene, Trouble},
    start_deploy::{Asked, ask},
};
use crate::{
    domain::{message::short::is_same, release::fact::Made},
    messages::environment::moved_since,
};

pub(super) async fn act(
    scene: &Scene<'_>,
    environment: &str,
    inputs: &BTreeMap<String, String>,
) -> Result<Made, Trouble> {
    let brief = &scene.release.brief;
    let standing = scene.around.standings.get(environment).cloned().unwrap_or_default();
    for tag in standing.ways_back(&brief.tag, brief.previous_tag.as_deref()) {
        // What ran there before may never have been tagged.
        if let Some(found) = scene.repository.tag(&tag).await? {
            if let Some(ran) = standing.commit_of(&tag).filter(|ran| !is_same(ran, &found.commit)) {
                return Err(Trouble::Person(moved_since(&tag, environment, ran, &found.commit)));
            }
            let inputs = if inputs.is_empty() { brief.plan.inputs_back(environment) } else { inputs.clone() };
            let tag = tag.as_str();
            return ask(scene, Asked { environment, git_ref: tag, tag, build: tag.to_owned(), inputs }).await;
        }
    }
    Err(Trouble::Person(format!(
        "I know of no earlier tag to which {environment} could be rolled back: have your CD deploy what is good, then \
         skip this"
    )))
}
