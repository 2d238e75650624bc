//! Waits until a tag is on the release branch, whoever makes it.

use super::scene::{Scene, Sight, Trouble};
use crate::domain::fact::Made;

pub(super) async fn look(scene: &Scene<'_>, name: &str) -> Result<Sight, Trouble> {
    Ok(match scene.repository.tag(name).await? {
        Some(tag) => Sight::Done(Made::Tag { commit: tag.commit, moved_from: None }),
        None => Sight::NotYet(format!("tag {name} appears on {}", scene.release.brief.branch)),
    })
}
