//! What stories that are tried change in an environment.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        deploy::ledger::{Attempt, Entered, Running},
        release::{
            Release,
            stories::{Stands, StoryFact},
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
    let environment = if let StoryFact::Asked { environment, .. } | StoryFact::Deployed { environment, .. } = what {
        environment
    } else if let (StoryFact::Failed { retry_at: None, .. }, Stands::Deploying { environment, .. }) =
        (what, &story.stands)
    {
        environment
    } else {
        return Ok(());
    };
    let (project, id) = (&release.spec.project, Some(release.spec.id));
    let (version, tag) = (story.build(), story.name.clone());
    let mut ledger = writing.ledger(project, environment)?;
    let of = version.clone();
    let attempt = |failed| Attempt { version: version.clone(), tag: tag.clone(), at, release: id, failed };
    let entered = if let StoryFact::Asked { .. } = what {
        Entered::Asked(attempt(None))
    } else if let StoryFact::Failed { problem, .. } = what {
        Entered::Failed(attempt(Some(super::went_wrong(problem))))
    } else {
        let url = if let Stands::Deploying { url, .. } = &story.stands { Some(url.clone()) } else { None };
        let said = writing.report_of(project, environment, &version)?;
        let (digest, config) = said.map_or((None, None), |said| (said.digest, said.config_digest));
        let commit = story.head.clone();
        Entered::Came(Running {
            version,
            tag,
            commit,
            digest,
            config,
            since: at,
            release: id,
            url,
            rejected: None,
            undecided: false,
        })
    };
    ledger.enter(&of, entered);
    writing.put_ledger(project, environment, &ledger)
}
