//! Asks CD to deploy, once: dispatches the environment's workflow, or makes a deployment on GitHub. Where CD watches the
//! branch or tag, finds the run it began.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::super::{
    context::{Observation, StepContext, StepError},
    decided,
};
use crate::{
    domain::{
        deploy::report::bare,
        message::short::short,
        release::{
            fact::Outcome, plan::Step, rollout::Phase, setback::DeploySetback, state::Earlier,
            undone::later_in_production,
        },
        team::project::Environment,
    },
    github::{
        model::{Run, RunStatus},
        problem::GithubProblem,
    },
    messages::{environment::runs_later, stops::Stop},
};

/// How long GitHub may take to list a run that was asked for just before the process died.
const LISTED_WITHIN: Duration = Duration::seconds(60);
/// How long CD may take to begin after a push.
const BEGUN_WITHIN: Duration = Duration::minutes(15);

/// A deploy that CD is asked for.
pub(in crate::engine::steps) struct Request<'a> {
    pub environment: &'a str,
    /// The branch or tag that is deployed.
    pub git_ref: &'a str,
    /// The tag that CD is told.
    pub tag: &'a str,
    /// The build's name.
    pub build: String,
    /// What CD is told besides.
    pub inputs: BTreeMap<String, String>,
}

pub(super) async fn act(
    context: &StepContext<'_>,
    environment: &str,
    (git_ref, build): (&str, &str),
    inputs: &BTreeMap<String, String>,
) -> Result<Outcome, StepError> {
    let spec = &context.release.spec;
    let mut inputs = inputs.clone();
    if spec.plan.same_artifact(context.index)
        && let Some(digest) = &context.release.state.artifact
    {
        unchanged(context, environment, digest).await?;
        inputs.insert("digest".to_owned(), digest.clone());
    }
    // A drill deploys what production ran when the release began.
    let (tag, build) = match &spec.previous_tag {
        Some(previous) if previous == git_ref => (previous.as_str(), previous.clone()),
        _ => {
            let time = context.started.timestamp().to_string();
            // Before there is a tag, CD is told what it deploys.
            let tag = if context.release.state.tagged.is_some() { spec.tag.as_str() } else { git_ref };
            (tag, format!("{}{}", spec.version, build.replace("{time}", &time)))
        }
    };
    ask(context, Request { environment, git_ref, tag, build, inputs }).await
}

/// Asks CD for a deploy in the way of the environment, unless an earlier attempt did.
pub(in crate::engine::steps) async fn ask(context: &StepContext<'_>, asked: Request<'_>) -> Result<Outcome, StepError> {
    let target = target(context, asked.environment)?;
    if let Some(made) = still_there(context, target, (asked.environment, asked.git_ref)).await? {
        return Ok(made);
    }
    if let Some(later) = later_in_production(context.release, asked.environment, &context.surroundings.ledgers) {
        return Err(StepError::person(runs_later(context.release, asked.environment, later)));
    }
    let left = format!("{} was not asked to deploy it", asked.environment);
    decided::refuse_moved(context, asked.git_ref, &left).await?;
    match &target.workflow {
        Some(workflow) => dispatch(context, workflow, asked).await,
        // CD cannot be asked: people have it deploy that, and it reports.
        None if target.reports => Ok(Outcome::Expected { build: asked.build }),
        None => deploy(context, asked).await,
    }
}

/// What an earlier try asked for, if it goes on, or has ended well without being seen. What is gone is not there.
async fn still_there(
    context: &StepContext<'_>,
    target: &Environment,
    (environment, git_ref): (&str, &str),
) -> Result<Option<Outcome>, StepError> {
    let Some(Earlier { made, at, ended }) = &context.release.state.steps[context.index].earlier else {
        return Ok(None);
    };
    let status = if let (Some(id), Some(workflow)) = (made.run(), &target.workflow) {
        match context.repository.run(id).await {
            Ok(run) => Some(run.status),
            Err(GithubProblem::NotFound(_)) => listed(context, workflow, git_ref, (id, *at)).await?,
            Err(problem) => return Err(problem.into()),
        }
    } else if let Some(id) = made.deployment() {
        match context.repository.deployment(id).await {
            Ok(found) => Some(found.status),
            Err(GithubProblem::NotFound(_)) => {
                let listed = context.repository.listed_deployment(git_ref, environment, id).await?;
                listed.map(|found| found.status)
            }
            Err(problem) => return Err(problem.into()),
        }
    } else {
        None
    };
    let there = match status {
        Some(RunStatus::Going | RunStatus::Waiting(_)) => true,
        Some(RunStatus::Succeeded) => !ended,
        Some(RunStatus::Failed(_) | RunStatus::Stopped(_)) | None => false,
    };
    Ok(there.then(|| made.clone()))
}

/// How a run stands as the list of its workflow has it: what cannot be found alone may still be there.
async fn listed(
    context: &StepContext<'_>,
    workflow: &str,
    git_ref: &str,
    (id, at): (u64, DateTime<Utc>),
) -> Result<Option<RunStatus>, StepError> {
    for event in ["workflow_dispatch", "push"] {
        let runs = context.repository.runs(workflow, event, git_ref, at - BEGUN_WITHIN).await?;
        if let Some(run) = runs.into_iter().find(|run| run.id == id) {
            return Ok(Some(run.status));
        }
    }
    Ok(None)
}

/// Makes a deployment on GitHub; it is known by the words that name this attempt of this step.
async fn deploy(context: &StepContext<'_>, asked: Request<'_>) -> Result<Outcome, StepError> {
    let Request { environment, git_ref, tag, build, inputs } = asked;
    let attempt = attempt(context);
    let found = match context.resumed {
        true => context.repository.find_deployment(git_ref, environment, ("shipmate", &attempt)).await?,
        false => None,
    };
    let id = match found {
        Some(id) => id,
        None => {
            let mut payload = serde_json::json!({ "version": bare(&build), "tag": tag, "shipmate": attempt });
            for (name, value) in inputs {
                payload[name] = value.into();
            }
            context.repository.create_deployment(git_ref, environment, &payload).await?
        }
    };
    Ok(Outcome::Deployment { id, build })
}

/// What names this attempt of this step: the release, the step, and how often it was tried; behind it, that it goes back.
fn attempt(context: &StepContext<'_>) -> String {
    let (release, index) = (context.release, context.index);
    let planned = &release.spec.plan.steps[index].step;
    let known = if let Step::Deploy { number: Some(number), .. } = planned { *number } else { index };
    let back = if release.phase(index) == Phase::Failed { ".back" } else { "" };
    format!("{}.{known}.{}{back}", release.spec.id.0, release.state.steps[index].tries)
}

/// Dispatches the environment's workflow on a branch or tag, unless an earlier attempt did.
async fn dispatch(context: &StepContext<'_>, workflow: &str, asked: Request<'_>) -> Result<Outcome, StepError> {
    let Request { environment, git_ref, tag, build, mut inputs } = asked;
    if context.resumed {
        if let Some(run) = dispatched(context, workflow, git_ref).await? {
            return Ok(Outcome::Run { id: run.id, url: run.url, build });
        }
        let listed_by = context.started + LISTED_WITHIN;
        if context.now < listed_by {
            let problem = DeploySetback::Uncertain { environment: environment.to_owned() };
            return Err(StepError::Later(problem.into(), Some(listed_by)));
        }
    }
    inputs.insert("version".to_owned(), bare(&build).to_owned());
    inputs.insert("tag".to_owned(), tag.to_owned());
    let run = match context.repository.dispatch(workflow, git_ref, &inputs).await? {
        Some(run) => Some(run),
        // An older GitHub does not name the run it made, so it has to be found.
        None => dispatched(context, workflow, git_ref).await?.map(|run| (run.id, run.url)),
    };
    let (id, url) = run.ok_or_else(|| StepError::soon(DeploySetback::Unlisted))?;
    Ok(Outcome::Run { id, url, build })
}

/// Looks for the run that the push of the merge, or of the tag, began. After a failure the bot itself asks for it.
pub(super) async fn look(
    context: &StepContext<'_>,
    environment: &str,
    git_ref: &str,
) -> Result<Observation, StepError> {
    let state = &context.release.state;
    let pushed = match (&state.merged, &state.tagged, state.tagged_at) {
        (_, Some(commit), Some(at)) if git_ref == context.release.spec.tag => Some((commit, at)),
        (Some(merged), ..) => Some((&merged.commit, merged.at)),
        _ => None,
    };
    let Some((commit, at)) = pushed else {
        return Err(Stop::NothingPushed { environment }.into());
    };
    let asks = !target(context, environment)?.reports;
    if asks && (state.steps[context.index].started.is_some() || state.steps[context.index].tries > 0) {
        return Ok(Observation::Ready);
    }
    let target = target(context, environment)?;
    if target.reports {
        return Ok(Observation::Done(Outcome::Expected { build: context.release.spec.version.to_string() }));
    }
    let Some(workflow) = &target.workflow else {
        return Err(Stop::NoWorkflow { project: context.release.spec.project.as_str(), environment }.into());
    };
    // It may have been pushed long before anybody knew of it.
    let since = context.release.spec.at.min(at) - Duration::minutes(10);
    let runs = context.repository.runs(workflow, "push", git_ref, since).await?;
    if let Some(run) = runs.into_iter().find(|run| run.head_sha == *commit) {
        let build = context.release.spec.version.to_string();
        return Ok(Observation::Done(Outcome::Run { id: run.id, url: run.url, build }));
    }
    if context.now > at + BEGUN_WITHIN {
        return Err(Stop::NotBegun { workflow: workflow.as_str(), minutes: BEGUN_WITHIN.num_minutes(), git_ref }.into());
    }
    let (environment, git_ref) = (environment.to_owned(), git_ref.to_owned());
    Ok(Observation::not_yet(DeploySetback::Begins { environment, git_ref }))
}

fn target<'a>(context: &StepContext<'a>, environment: &str) -> Result<&'a Environment, StepError> {
    let project = context.release.spec.project.as_str();
    Ok(context.project.environments.get(environment).ok_or(Stop::NoEnvironment { project, environment })?)
}

/// The run that an earlier attempt of this very step asked for.
async fn dispatched(context: &StepContext<'_>, workflow: &str, git_ref: &str) -> Result<Option<Run>, StepError> {
    // GitHub's clock and ours may differ a little.
    let since = context.started - Duration::seconds(30);
    let runs = context.repository.runs(workflow, "workflow_dispatch", git_ref, since).await?;
    Ok(runs.into_iter().find(|run| !context.release.state.knows_run(run.id)))
}

/// Whoever built the artifact anew after its first deploy is told before CD is asked to go on with it.
async fn unchanged(context: &StepContext<'_>, environment: &str, first: &str) -> Result<(), StepError> {
    let (plan, state) = (&context.release.spec.plan, &context.release.state);
    let mut same = (0..context.index).filter(|step| plan.same_artifact(*step));
    let built = same.find_map(|step| state.steps[step].rollout.asked.as_ref());
    let now = if let Some(run) = built.and_then(|built| built.made.run()) {
        context.repository.artifact_digest(run).await?
    } else if let Some(id) = built.and_then(|built| built.made.deployment()) {
        context.repository.deployment(id).await?.digest
    } else {
        None
    };
    // What GitHub has deleted meanwhile says nothing.
    let Some(now) = now.filter(|now| now != first) else { return Ok(()) };
    let tag = context.release.spec.tag.as_str();
    Err(Stop::Rebuilt { tag, now: short(&now), first: short(first), environment }.into())
}
