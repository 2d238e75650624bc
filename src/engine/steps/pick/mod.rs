//! Takes stories in: each is deployed and tried, then its branch is merged server-side. Everything looks before it acts.

use std::collections::BTreeMap;

use super::{
    conflict,
    scene::{Scene, Trouble},
    start_deploy,
};
use crate::{
    domain::release::{
        fact::{Fact, Made},
        stories::{Picking, Story, StoryFact, Turn},
    },
    github::{Repository, model::Merge},
};

mod look;
mod rebuild;

pub use look::look;
pub use rebuild::{foreign, rebuild};

/// What is about to be asked for, with the commit that it is about; or that the commit is another than the one that was
/// tried.
///
/// # Errors
/// What stands in the way.
pub async fn begin(scene: &Scene<'_>, story: &Story) -> Result<StoryFact, Trouble> {
    let commit = branch(scene.repository, &story.name).await?;
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
pub async fn act(scene: &Scene<'_>, picking: Picking<'_>, turn: &Turn) -> Result<Fact, Trouble> {
    let (name, what) = match turn {
        Turn::Rebuild => return rebuild(scene, picking).await,
        Turn::Deploy { story, environment } => (story, deploy(scene, named(scene, story)?, environment).await?),
        Turn::Merge { story } => (story, merge(scene, picking, named(scene, story)?).await?),
    };
    Ok(Fact::Story { story: name.clone(), what })
}

fn named<'a>(scene: &Scene<'a>, story: &str) -> Result<&'a Story, Trouble> {
    let found = scene.release.state.stories.named(story);
    found.ok_or_else(|| Trouble::Person(format!("{story} was taken out")))
}

/// The last commit of a story's branch.
async fn branch(repository: &Repository, story: &str) -> Result<String, Trouble> {
    let head = repository.branch(story).await?;
    head.ok_or_else(|| {
        Trouble::Person(format!("there is no branch {story} on GitHub any more: push it, or take it out"))
    })
}

async fn deploy(scene: &Scene<'_>, story: &Story, environment: &str) -> Result<StoryFact, Trouble> {
    let configured = scene.project.environments.get(environment);
    if configured.is_some_and(|environment| environment.workflow.is_none()) {
        return Err(Trouble::Person(format!(
            "stories are deployed to {environment} by its workflow: name it in bot.toml, restart, and retry"
        )));
    }
    let (git_ref, build, inputs) = (story.name.as_str(), story.build(), BTreeMap::new());
    let asked = start_deploy::Asked { environment, git_ref, tag: git_ref, build, inputs };
    match start_deploy::ask(scene, asked).await? {
        Made::Run { id, url, .. } => Ok(StoryFact::Asked { environment: environment.to_owned(), run: id, url }),
        _ => Err(Trouble::Person(format!(
            "stories are deployed by a workflow, and bot.toml names none for {environment}: add it, and restart"
        ))),
    }
}

async fn merge(scene: &Scene<'_>, picking: Picking<'_>, story: &Story) -> Result<StoryFact, Trouble> {
    let (repository, into) = (scene.repository, picking.into);
    let head = story.head.clone().unwrap_or_else(|| story.name.clone());
    match repository.merge_branch(into, &head, &picking.message(&story.name)).await? {
        Merge::Merged(commit) => Ok(StoryFact::Merged { commit: Some(commit) }),
        Merge::AlreadyThere => Ok(StoryFact::Merged { commit: own_merge(scene, picking, story, &head).await? }),
        Merge::Conflict => {
            let onto = branch(repository, into).await?;
            let mut files = conflict::known(scene, &onto, &head).await?;
            for touch in files.iter_mut().flat_map(|file| &mut file.last) {
                touch.on = if touch.on == onto { into.to_owned() } else { story.name.clone() };
            }
            Ok(StoryFact::LeftOut { onto, files })
        }
        Merge::Refused(words) => {
            Err(Trouble::Person(format!("GitHub does not merge {} into {into}: {words}", story.name)))
        }
    }
}

/// The merge that an earlier attempt made: nobody has merged anything since.
async fn own_merge(
    scene: &Scene<'_>,
    picking: Picking<'_>,
    story: &Story,
    head: &str,
) -> Result<Option<String>, Trouble> {
    let tip = branch(scene.repository, picking.into).await?;
    let commit = scene.repository.commit(&tip).await?;
    let own = commit.parents.get(1).is_some_and(|merged| merged == head)
        && commit.message.trim() == picking.message(&story.name);
    Ok(own.then_some(tip))
}
