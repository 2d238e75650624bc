//! Deletes a branch; a branch that is gone is fine. The release's own stays while it has what was not released.

use super::scene::{Scene, Trouble};
use crate::domain::{message::short::short, release::fact::Made};

pub(super) async fn act(scene: &Scene<'_>, name: &str) -> Result<Made, Trouble> {
    let brief = &scene.release.brief;
    if name == brief.branch
        && let Some(left) = left(scene, name).await?
    {
        return Err(Trouble::Person(format!(
            "on {name} is what {} has not: {left}. Bring it to another branch, delete {name} on GitHub, and retry; or skip \
             this with a reason, and it stays",
            brief.tag
        )));
    }
    scene.repository.delete_branch(name).await?;
    Ok(Made::Nothing)
}

/// What was pushed after the tag, in words: nobody has tested it, and nothing else may have it.
async fn left(scene: &Scene<'_>, name: &str) -> Result<Option<String>, Trouble> {
    let (Some(tagged), Some(head)) = (&scene.release.state.tagged, scene.repository.branch(name).await?) else {
        return Ok(None);
    };
    let commits = scene.repository.compare(tagged, &head).await?.commits;
    let shown = commits.iter().map(|commit| {
        let subject = commit.message.lines().next().unwrap_or_default();
        format!("{} {subject} ({})", short(&commit.sha), scene.people.name_of_login(&commit.author))
    });
    Ok((!commits.is_empty()).then(|| shown.collect::<Vec<_>>().join("; ")))
}
