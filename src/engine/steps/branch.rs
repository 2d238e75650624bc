//! Makes sure that a branch exists; one that is there stays as it is.

use super::scene::{Scene, Trouble};
use crate::domain::release::fact::Made;

pub(super) async fn act(scene: &Scene<'_>, name: &str, from: &str) -> Result<Made, Trouble> {
    let (there, start) = futures::try_join!(scene.repository.branch(name), scene.repository.branch(from))?;
    if let Some(commit) = there {
        return Ok(Made::Branch { commit, contains: vec![] });
    }
    let start = match start {
        Some(commit) => Some(commit),
        None => scene.repository.tag(from).await?.map(|tag| tag.commit),
    };
    let commit = start.ok_or_else(|| {
        Trouble::Person(format!("neither branch nor tag {from} is on GitHub, from which {name} would be made"))
    })?;
    match Scene::exists(scene.repository.create_branch(name, &commit).await)? {
        Some(()) => Ok(Made::Branch { commit, contains: vec![] }),
        None => Err(Trouble::Later(format!("branch {name} is just being made"), None)),
    }
}
