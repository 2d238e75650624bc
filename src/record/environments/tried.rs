//! What stories that are tried change in an environment.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        deploy::environment::{Attempt, Running},
        release::{
            Release,
            stories::{self, Stands, StoryFact},
        },
    },
    store::{StoreProblem, Writing},
};

/// Takes note of what a new fact of a story says about an environment.
pub(super) fn note(
    writing: &mut Writing,
    release: &Release,
    name: &str,
    what: &StoryFact,
    at: DateTime<Utc>,
) -> Result<(), StoreProblem> {
    let Some(story) = release.state.stories.named(name) else { return Ok(()) };
    let environment = match (what, &story.stands) {
        (StoryFact::Asked { environment, .. } | StoryFact::Deployed { environment, .. }, _)
        | (StoryFact::Failed { retry_at: None, .. }, Stands::Deploying { environment, .. }) => environment,
        _ => return Ok(()),
    };
    let (project, id) = (&release.spec.project, Some(release.spec.id));
    let (version, tag) = (story.build(), story.name.clone());
    let mut standing = writing.standing(project, environment)?;
    match what {
        StoryFact::Asked { .. } => standing.trying = Some(Attempt { version, tag, at, release: id, failed: None }),
        StoryFact::Failed { problem, .. } => {
            if let Some(trying) = standing.trying.as_mut().filter(|trying| trying.version == version) {
                trying.failed = Some(problem.clone());
            }
        }
        _ => {
            let url = match &story.stands {
                Stands::Deploying { url, .. } => Some(url.clone()),
                _ => None,
            };
            let said = writing.report_of(project, environment, &version)?;
            let (digest, config) = said.map_or((None, None), |said| (said.digest, said.config_digest));
            let commit = story.head.clone();
            standing.deployed(Running {
                version,
                tag,
                commit,
                digest,
                config,
                since: at,
                release: id,
                url,
                rejected: None,
            });
            // Nobody goes back to a story.
            standing.good.retain(|one| !stories::is_name(&one.tag));
        }
    }
    writing.put_standing(project, environment, &standing)
}
