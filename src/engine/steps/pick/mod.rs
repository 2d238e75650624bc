//! Takes stories in: each is deployed and tried, then its branch is merged server-side. Everything looks before it acts.

use std::collections::BTreeMap;

use super::{
    conflict,
    context::{StepContext, StepError},
    deploy::{Request, ask},
};
use crate::{
    domain::release::{
        fact::{Fact, Outcome},
        setback::{DeploySetback, GitSetback},
        stories::{Picking, Story, StoryFact, Turn},
    },
    github::{Repository, model::Merge},
};

mod compare;
mod look;
mod rebuild;

pub use compare::{Rests, compare, differ, rests};
pub use look::look;
pub use rebuild::{foreign, rebuild};

/// What is about to be asked for, with the commit that it is about; or that the commit is another than the one that was
/// tried.
///
/// # Errors
/// What stands in the way.
pub async fn begin(context: &StepContext<'_>, story: &Story) -> Result<StoryFact, StepError> {
    let commit = branch(context.repository, &story.name).await?;
    let tried = story.head.as_ref().filter(|_| story.passed > 0);
    Ok(match tried.is_some_and(|tried| *tried != commit) {
        true => StoryFact::Moved { commit },
        false => StoryFact::Began { commit },
    })
}

/// Deploys or merges a story, or finds that it has been.
///
/// # Errors
/// What stands in the way.
pub async fn act(context: &StepContext<'_>, picking: Picking<'_>, turn: &Turn) -> Result<Fact, StepError> {
    let (name, what) = match turn {
        Turn::Rebuild => return rebuild(context, picking).await,
        Turn::Deploy { story, environment } => (story, deploy(context, named(context, story)?, environment).await?),
        Turn::Merge { story } => (story, merge(context, picking, named(context, story)?).await?),
    };
    Ok(Fact::Story { story: name.clone(), what })
}

fn named<'a>(context: &StepContext<'a>, story: &str) -> Result<&'a Story, StepError> {
    let found = context.release.state.stories.named(story);
    found.ok_or_else(|| StepError::person(GitSetback::TakenOut { story: story.to_owned() }))
}

/// The last commit of a story's branch.
async fn branch(repository: &Repository, story: &str) -> Result<String, StepError> {
    let head = repository.branch_or_gone(story).await?;
    head.ok_or_else(|| StepError::person(GitSetback::NoStory { story: story.to_owned() }))
}

async fn deploy(context: &StepContext<'_>, story: &Story, environment: &str) -> Result<StoryFact, StepError> {
    let configured = context.project.environments.get(environment);
    if configured.is_some_and(|environment| environment.workflow.is_none()) {
        return Err(no_workflow(environment));
    }
    let (git_ref, build, inputs) = (story.name.as_str(), story.build(), BTreeMap::new());
    let asked = Request { environment, git_ref, tag: git_ref, build, inputs };
    let Outcome::Run { id, url, .. } = ask(context, asked).await? else {
        return Err(no_workflow(environment));
    };
    Ok(StoryFact::Asked { environment: environment.to_owned(), run: id, url })
}

fn no_workflow(environment: &str) -> StepError {
    StepError::person(DeploySetback::NoStoryWorkflow { environment: environment.to_owned() })
}

async fn merge(context: &StepContext<'_>, picking: Picking<'_>, story: &Story) -> Result<StoryFact, StepError> {
    let (repository, into) = (context.repository, picking.into);
    let head = story.head.clone().unwrap_or_else(|| story.name.clone());
    match repository.merge_branch(into, &head, &picking.message(&story.name)).await? {
        Merge::Merged(commit) => Ok(StoryFact::Merged { commit: Some(commit) }),
        Merge::AlreadyThere => Ok(StoryFact::Merged { commit: own_merge(context, picking, story, &head).await? }),
        Merge::Conflict => {
            let onto = branch(repository, into).await?;
            let mut files = conflict::known(context, &onto, &head).await?;
            for touch in files.iter_mut().flat_map(|file| &mut file.last) {
                touch.on = if touch.on == onto { into.to_owned() } else { story.name.clone() };
            }
            Ok(StoryFact::LeftOut { onto, files })
        }
        Merge::Refused(said) => {
            let (from, into) = (story.name.clone(), into.to_owned());
            Err(StepError::person(GitSetback::NotMerged { from, into, said }))
        }
    }
}

/// The merge that an earlier attempt made: nobody has merged anything since.
async fn own_merge(
    context: &StepContext<'_>,
    picking: Picking<'_>,
    story: &Story,
    head: &str,
) -> Result<Option<String>, StepError> {
    let tip = branch(context.repository, picking.into).await?;
    let commit = context.repository.commit(&tip).await?;
    let own = commit.parents.get(1).is_some_and(|merged| merged == head)
        && commit.message.trim() == picking.message(&story.name);
    Ok(own.then_some(tip))
}
