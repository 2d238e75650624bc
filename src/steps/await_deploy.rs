//! Waits for the end of a deploy, or of a roll-back.

use super::scene::{Scene, Sight, Trouble};
use crate::{
    domain::fact::{Made, Proof},
    github::model::RunStatus,
};

pub(super) async fn look(scene: &Scene<'_>, environment: &str) -> Result<Sight, Trouble> {
    let plan = &scene.release.brief.plan;
    let asked = &scene.release.state.steps[plan.retry_from(scene.index)];
    let Some((Made::Run { id, build, .. }, _)) = &asked.done else {
        return Err(Trouble::Person(format!("nobody has asked {environment} to deploy; retry")));
    };
    let run = scene.repository.run(*id).await?;
    match run.status {
        RunStatus::Going => Ok(Sight::NotYet(format!("{environment} is deploying {build}"))),
        RunStatus::Succeeded => {
            let seconds = (run.updated_at - run.started_at).num_seconds();
            Ok(Sight::Done(Made::Deployed { url: run.url, seconds, build: build.clone(), proof: Proof::default() }))
        }
        RunStatus::Failed(how) => {
            Err(Trouble::Person(format!("the deploy of {build} to {environment} ended with {how}: {}", run.url)))
        }
    }
}
