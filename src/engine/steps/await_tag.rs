//! Waits until a tag is on the release branch, whoever makes it.

use super::scene::{Scene, Sight, Trouble};
use crate::domain::{message::short::short, release::fact::Made};

pub(super) async fn look(scene: &Scene<'_>, name: &str) -> Result<Sight, Trouble> {
    let (repository, brief) = (scene.repository, &scene.release.brief);
    let Some(tag) = repository.tag(name).await? else {
        return Ok(Sight::NotYet(format!("tag {name} appears on {}", brief.branch)));
    };
    let own = repository.compare(&brief.source_commit, &tag.commit).await?.ahead > 0;
    let head = repository.branch(&brief.branch).await?.unwrap_or_else(|| scene.release.head().to_owned());
    if own && repository.compare(&head, &tag.commit).await?.ahead == 0 {
        return Ok(Sight::Done(Made::Tag { commit: tag.commit, moved_from: None }));
    }
    Err(Trouble::Person(format!(
        "tag {name} is at {}, which is no commit of the fix on {}: delete the tag, or put it on such a commit",
        short(&tag.commit),
        brief.branch
    )))
}
