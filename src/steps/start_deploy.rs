//! Asks CD to deploy: dispatches the environment's workflow once.

use std::collections::BTreeMap;

use chrono::Duration;

use super::scene::{Scene, Trouble};
use crate::{domain::fact::Made, github::model::Run};

/// How long GitHub may take to list a run that was asked for just before the process died.
const LISTED_WITHIN: Duration = Duration::seconds(60);

pub(super) async fn act(scene: &Scene<'_>, environment: &str, git_ref: &str, build: &str) -> Result<Made, Trouble> {
    let brief = &scene.release.brief;
    let Some(target) = scene.project.environments.get(environment) else {
        return Err(Trouble::Person(format!(
            "bot.toml names no environment `{environment}` for {0}: add [projects.{0}.environments.{environment}] with \
             its workflow, restart, and retry",
            brief.project
        )));
    };
    let build = format!("{}{}", brief.version, build.replace("{time}", &scene.started.timestamp().to_string()));
    if scene.resumed {
        if let Some(run) = look(scene, &target.workflow, git_ref).await? {
            return Ok(Made::Run { id: run.id, url: run.url, build });
        }
        let listed_by = scene.started + LISTED_WITHIN;
        if scene.now < listed_by {
            let problem = format!("it is not certain yet that {environment} was asked to deploy");
            return Err(Trouble::Later(problem, Some(listed_by)));
        }
    }
    let inputs = BTreeMap::from([("version".to_owned(), build.clone()), ("tag".to_owned(), brief.tag.clone())]);
    let run = match scene.repository.dispatch(&target.workflow, git_ref, &inputs).await? {
        Some(run) => Some(run),
        // An older GitHub does not name the run it made, so it has to be found.
        None => look(scene, &target.workflow, git_ref).await?.map(|run| (run.id, run.url)),
    };
    let (id, url) = run.ok_or_else(|| Trouble::Later("GitHub has not listed the new run yet".into(), None))?;
    Ok(Made::Run { id, url, build })
}

/// The run that an earlier attempt of this very step asked for.
async fn look(scene: &Scene<'_>, workflow: &str, git_ref: &str) -> Result<Option<Run>, Trouble> {
    // GitHub's clock and ours may differ a little.
    let since = scene.started - Duration::seconds(30);
    let runs = scene.repository.runs(workflow, git_ref, since).await?;
    Ok(runs.into_iter().find(|run| !scene.release.state.old_runs.contains(&run.id)))
}
