//! Makes the annotated tag on the release branch's head.

use super::scene::{Scene, Trouble, short};
use crate::domain::fact::Made;

pub(super) async fn act(scene: &Scene<'_>, name: &str, message: &str) -> Result<Made, Trouble> {
    if scene.resumed
        && let Some(made) = look(scene, name).await?
    {
        return Ok(made);
    }
    let commit = scene.release.head();
    let object = scene.repository.create_tag_object(name, message, commit, scene.started).await?;
    match Scene::exists(scene.repository.create_tag(name, &object).await)? {
        Some(()) => Ok(Made::Tag { commit: commit.to_owned(), moved_from: None }),
        None => look(scene, name).await?.ok_or_else(|| Trouble::Later("the tag vanished".into(), None)),
    }
}

async fn look(scene: &Scene<'_>, name: &str) -> Result<Option<Made>, Trouble> {
    let Some(found) = scene.repository.tag(name).await? else { return Ok(None) };
    if found.commit == scene.release.head() {
        return Ok(Some(Made::Tag { commit: found.commit, moved_from: None }));
    }
    Err(Trouble::Person(format!(
        "tag {name} exists already and points at {}, not at the release branch's {}: delete the tag on GitHub and \
         retry, or cancel",
        short(&found.commit),
        short(scene.release.head()),
    )))
}
