//! Publishes GitHub's release page for the tag.

use super::{
    notes,
    scene::{Scene, Trouble},
};
use crate::domain::release::fact::Made;

pub(super) async fn act(scene: &Scene<'_>, tag: &str) -> Result<Made, Trouble> {
    if scene.resumed
        && let Some(page) = scene.repository.release_by_tag(tag).await?
    {
        return Ok(Made::Page { url: page.url });
    }
    let notes = notes::between(scene, scene.release.brief.previous_tag.as_deref(), tag).await?;
    let body = if notes.is_empty() { "No changes to tell.".to_owned() } else { notes.markdown() };
    let page = match Scene::exists(scene.repository.publish_release(tag, tag, body.trim()).await)? {
        Some(page) => Some(page),
        None => scene.repository.release_by_tag(tag).await?,
    };
    let page = page.ok_or_else(|| Trouble::Later("the release page is not to be found".into(), None))?;
    Ok(Made::Page { url: page.url })
}
