//! Asks CD to deploy: dispatches the environment's workflow once. Where CD watches the branch, finds the run it began.

use std::collections::BTreeMap;

use chrono::Duration;

use super::scene::{Scene, Sight, Trouble};
use crate::{
    domain::{fact::Made, plan::Step, project::Environment},
    github::model::Run,
};

/// How long GitHub may take to list a run that was asked for just before the process died.
const LISTED_WITHIN: Duration = Duration::seconds(60);
/// How long CD may take to begin after a push.
const BEGUN_WITHIN: Duration = Duration::minutes(15);

pub(super) async fn act(scene: &Scene<'_>, environment: &str, git_ref: &str, build: &str) -> Result<Made, Trouble> {
    let build =
        format!("{}{}", scene.release.brief.version, build.replace("{time}", &scene.started.timestamp().to_string()));
    dispatch(scene, environment, git_ref, &scene.release.brief.tag, build).await
}

/// Dispatches the environment's workflow on a branch or tag, unless an earlier attempt did.
pub(super) async fn dispatch(
    scene: &Scene<'_>,
    environment: &str,
    git_ref: &str,
    tag: &str,
    build: String,
) -> Result<Made, Trouble> {
    let target = target(scene, environment)?;
    if scene.resumed {
        if let Some(run) = dispatched(scene, &target.workflow, git_ref).await? {
            return Ok(Made::Run { id: run.id, url: run.url, build });
        }
        let listed_by = scene.started + LISTED_WITHIN;
        if scene.now < listed_by {
            let problem = format!("it is not certain yet that {environment} was asked to deploy");
            return Err(Trouble::Later(problem, Some(listed_by)));
        }
    }
    let inputs = BTreeMap::from([("version".to_owned(), build.clone()), ("tag".to_owned(), tag.to_owned())]);
    let run = match scene.repository.dispatch(&target.workflow, git_ref, &inputs).await? {
        Some(run) => Some(run),
        // An older GitHub does not name the run it made, so it has to be found.
        None => dispatched(scene, &target.workflow, git_ref).await?.map(|run| (run.id, run.url)),
    };
    let (id, url) = run.ok_or_else(|| Trouble::Later("GitHub has not listed the new run yet".into(), None))?;
    Ok(Made::Run { id, url, build })
}

/// Looks for the run that the push of the merge began. After a failure the workflow is started by the bot.
pub(super) async fn look(scene: &Scene<'_>, environment: &str, git_ref: &str) -> Result<Sight, Trouble> {
    let Some(merged) = &scene.release.state.merged else {
        return Err(Trouble::Person(format!("nothing has been merged that {environment} could deploy")));
    };
    if scene.release.state.steps[scene.index].started.is_some() || deployed_before(scene, environment) {
        return Ok(Sight::Ready);
    }
    let target = target(scene, environment)?;
    let since = merged.at - Duration::minutes(10);
    let runs = scene.repository.runs(&target.workflow, "push", git_ref, since).await?;
    if let Some(run) = runs.into_iter().find(|run| run.head_sha == merged.commit) {
        let build = scene.release.brief.version.to_string();
        return Ok(Sight::Done(Made::Run { id: run.id, url: run.url, build }));
    }
    if scene.now > merged.at + BEGUN_WITHIN {
        return Err(Trouble::Person(format!(
            "{} has not begun within {} minutes after the merge: look at its triggers; a retry starts it",
            target.workflow,
            BEGUN_WITHIN.num_minutes()
        )));
    }
    Ok(Sight::NotYet(format!("{environment} begins to deploy {git_ref}")))
}

/// Whether an earlier attempt of this step had a run.
fn deployed_before(scene: &Scene<'_>, environment: &str) -> bool {
    let facts = scene.release.facts.iter();
    let plan = &scene.release.brief.plan;
    let mine =
        |step: usize| matches!(&plan.steps[step].step, Step::StartDeploy { environment: of, .. } if of == environment);
    facts.into_iter().any(|recorded| {
        matches!(recorded.fact, crate::domain::fact::Fact::RetryAsked { step, .. } if mine(plan.retry_from(step)))
    })
}

fn target<'a>(scene: &Scene<'a>, environment: &str) -> Result<&'a Environment, Trouble> {
    scene.project.environments.get(environment).ok_or_else(|| {
        Trouble::Person(format!(
            "bot.toml names no environment `{environment}` for {0}: add [projects.{0}.environments.{environment}] with \
             its workflow, restart, and retry",
            scene.release.brief.project
        ))
    })
}

/// The run that an earlier attempt of this very step asked for.
async fn dispatched(scene: &Scene<'_>, workflow: &str, git_ref: &str) -> Result<Option<Run>, Trouble> {
    // GitHub's clock and ours may differ a little.
    let since = scene.started - Duration::seconds(30);
    let runs = scene.repository.runs(workflow, "workflow_dispatch", git_ref, since).await?;
    Ok(runs.into_iter().find(|run| !scene.release.state.old_runs.contains(&run.id)))
}
