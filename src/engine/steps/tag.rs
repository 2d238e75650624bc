//! Makes the annotated tag on the release branch's head, or on the merge commit.

use super::scene::{Scene, Trouble};
use crate::domain::{
    message::short::short,
    release::{fact::Made, plan::Tagged},
};

pub(super) async fn act(scene: &Scene<'_>, name: &str, message: &str, of: Tagged) -> Result<Made, Trouble> {
    let commit = match (of, &scene.release.state.merged) {
        (Tagged::Head, _) => scene.release.head(),
        (Tagged::Merge, Some(merged)) => merged.commit.as_str(),
        (Tagged::Merge, None) => return Err(Trouble::Person("nothing has been merged that could be tagged".into())),
    };
    if scene.resumed
        && let Some(made) = look(scene, name, commit).await?
    {
        return Ok(made);
    }
    let object = scene.repository.create_tag_object(name, message, commit, scene.started).await?;
    match Scene::exists(scene.repository.create_tag(name, &object).await)? {
        Some(()) => Ok(Made::Tag { commit: commit.to_owned(), moved_from: None }),
        None => look(scene, name, commit).await?.ok_or_else(|| Trouble::Later("the tag vanished".into(), None)),
    }
}

async fn look(scene: &Scene<'_>, name: &str, commit: &str) -> Result<Option<Made>, Trouble> {
    let Some(found) = scene.repository.tag(name).await? else { return Ok(None) };
    if found.commit == commit {
        return Ok(Some(Made::Tag { commit: found.commit, moved_from: None }));
    }
    Err(Trouble::Person(format!(
        "tag {name} exists already and points at {}, not at {}: delete the tag on GitHub and retry, or cancel",
        short(&found.commit),
        short(commit),
    )))
}
