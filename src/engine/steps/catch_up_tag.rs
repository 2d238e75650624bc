//! Moves the tag to the release branch's head when fixes came after it, as long as production has not seen it.

use super::scene::{Scene, Trouble};
use crate::domain::release::{fact::Made, plan::Step};

pub(super) async fn act(scene: &Scene<'_>, name: &str, message: &str) -> Result<Made, Trouble> {
    let (head, state) = (scene.release.head(), &scene.release.state);
    let stays = || Made::Tag { commit: head.to_owned(), moved_from: None };
    let moved = || Made::Tag { commit: head.to_owned(), moved_from: state.tagged.clone() };
    if state.tagged.as_deref() == Some(head) {
        return Ok(stays());
    }
    if scene.resumed && scene.repository.tag(name).await?.is_some_and(|found| found.commit == head) {
        return Ok(moved());
    }
    if reached_production(scene) {
        return Err(Trouble::Person(format!(
            "production has already seen {name}, so the tag stays where it is; release the newer commits as the next version"
        )));
    }
    let object = scene.repository.create_tag_object(name, message, head, scene.started).await?;
    scene.repository.move_tag(name, &object).await?;
    Ok(moved())
}

/// Whether a deploy of the tag has ever been asked for after the merge.
fn reached_production(scene: &Scene<'_>) -> bool {
    let (plan, state) = (&scene.release.brief.plan, &scene.release.state);
    let merge = plan.find(|step| matches!(step, Step::AwaitMerge { .. })).unwrap_or(usize::MAX);
    plan.steps.iter().enumerate().any(|(index, planned)| {
        index > merge && matches!(planned.step, Step::StartDeploy { .. }) && state.steps[index].started.is_some()
    })
}
