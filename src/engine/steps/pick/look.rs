//! Looks for news of stories: deploys that ended, branches that were pushed to, conflicts that were resolved.

use super::super::context::{StepContext, StepError};
use crate::{
    domain::release::{
        conflict::Clash,
        fact::Fact,
        setback::DeploySetback,
        stories::{Picking, Stands, Story, StoryFact},
    },
    github::model::RunStatus,
};

/// The first thing that has happened to a story and is not known yet.
///
/// # Errors
/// What stands in the way.
pub async fn look(context: &StepContext<'_>, picking: Picking<'_>) -> Result<Option<Fact>, StepError> {
    // What was complete stays so until those who choose say otherwise.
    if context.release.state.stories.asked_again {
        return Ok(None);
    }
    for story in &context.release.state.stories.list {
        if let Some(what) = news(context, picking, story).await? {
            return Ok(Some(Fact::Story { story: story.name.clone(), what }));
        }
    }
    Ok(None)
}

async fn news(context: &StepContext<'_>, picking: Picking<'_>, story: &Story) -> Result<Option<StoryFact>, StepError> {
    match &story.stands {
        Stands::Deploying { environment, run, .. } if !story.is_stopped() => {
            return deployed(context, story, environment, *run).await;
        }
        Stands::In { .. } => return Ok(None),
        Stands::Pending if !story.is_stopped() => return Ok(None),
        Stands::Pending
        | Stands::Deploying { .. }
        | Stands::Testing { .. }
        | Stands::Rejected { .. }
        | Stands::LeftOut { .. } => {}
    }
    // A branch that is gone is told when it is needed.
    if let Some(commit) = context.repository.branch(&story.name).await?
        && story.head.as_ref().is_some_and(|tried| *tried != commit)
    {
        return Ok(Some(StoryFact::Moved { commit }));
    }
    let Stands::LeftOut { onto, files } = &story.stands else { return Ok(None) };
    freed(context, picking, onto, files).await
}

async fn deployed(
    context: &StepContext<'_>,
    story: &Story,
    environment: &str,
    run: u64,
) -> Result<Option<StoryFact>, StepError> {
    let run = context.repository.run(run).await?;
    Ok(match run.status {
        RunStatus::Going | RunStatus::Waiting(_) => None,
        // Somebody pushed between the look at the branch and the deploy.
        RunStatus::Succeeded if story.head.as_ref().is_some_and(|head| *head != run.head_sha) => {
            Some(StoryFact::Moved { commit: run.head_sha })
        }
        RunStatus::Succeeded => {
            let seconds = (run.updated_at - run.started_at).num_seconds();
            Some(StoryFact::Deployed { environment: environment.to_owned(), seconds })
        }
        RunStatus::Failed(how) => {
            let (environment, build, url) = (environment.to_owned(), story.name.clone(), run.url);
            let problem = DeploySetback::Failed { environment, build, url, how }.into();
            Some(StoryFact::Failed { problem, retry_at: None })
        }
        RunStatus::Stopped(how) => {
            let (environment, story, url) = (environment.to_owned(), story.name.clone(), run.url);
            let problem = DeploySetback::StoryStopped { environment, story, url, how }.into();
            Some(StoryFact::Failed { problem, retry_at: None })
        }
    })
}

/// Whether something has come that touches what the story conflicts with.
async fn freed(
    context: &StepContext<'_>,
    picking: Picking<'_>,
    onto: &str,
    files: &[Clash],
) -> Result<Option<StoryFact>, StepError> {
    let Some(tip) = context.repository.branch(picking.into).await?.filter(|tip| tip != onto) else { return Ok(None) };
    let came = context.repository.compare(onto, &tip).await?;
    let touches = |file: &String| files.iter().any(|known| known.path == *file);
    let changed = files.is_empty() || came.behind > 0 || came.files.iter().any(touches);
    Ok(changed.then_some(StoryFact::TriedAgain))
}
