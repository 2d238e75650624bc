//! Waits for the end of a deploy, or of a roll-back, and keeps what CD says of what it deployed.

use chrono::{DateTime, Utc};

use super::super::{
    context::{Observation, StepContext, StepError},
    decided,
};
use crate::{
    domain::{
        deploy::{
            report::{Deploy, Status},
            run_end::RunStop,
        },
        message::short::short,
        release::{
            fact::{Outcome, Provenance},
            plan::{By, Step},
            rollout::{Phase, Requested},
            setback::{DeploySetback, Setback},
        },
    },
    github::model::RunStatus,
    messages::stops::Stop,
};

/// What was deployed, and how it went.
struct Seen<'a> {
    build: &'a str,
    url: String,
    status: RunStatus,
    began: DateTime<Utc>,
    ended: DateTime<Utc>,
    proof: Provenance,
}

pub(super) async fn look(context: &StepContext<'_>, environment: &str) -> Result<Observation, StepError> {
    let Some(seen) = see(context).await? else {
        return Err(StepError::person(DeploySetback::NotAsked { environment: environment.to_owned() }));
    };
    let differs = decided::difference(context, environment, &seen.proof);
    let may_be = matches!(seen.status, RunStatus::Succeeded | RunStatus::Waiting(_)) && differs.is_none();
    let moved = if may_be { decided::strayed(context, &seen.proof.git_ref).await? } else { None };
    let Seen { build, url, status, began, ended, proof } = seen;
    let (there, build) = (environment.to_owned(), build.to_owned());
    if let Some((now, decided)) = moved {
        let (tag, decided, ended) = (proof.git_ref, decided.to_owned(), status == RunStatus::Succeeded);
        let moved = DeploySetback::TagMoved { tag, now, decided, environment: there, build, url, ended };
        return Ok(Observation::asks(moved));
    }
    match (status, differs) {
        (RunStatus::Going | RunStatus::Waiting(_), Some(differs)) => {
            Ok(Observation::asks(DeploySetback::Other(differs)))
        }
        (RunStatus::Going, None) => Ok(Observation::not_yet(DeploySetback::Goes { environment: there, build })),
        (RunStatus::Waiting(who), None) => Ok(waiting(context, there, build, (&who, url))),
        (RunStatus::Succeeded, differs) => {
            let differs = match differs {
                Some(differs) if url.is_empty() => Some(Stop::OtherCommit { differs: &*differs.to_string() }.into()),
                Some(differs) => Some(Stop::OtherCommit { differs: &*format!("{differs}: {url}") }.into()),
                None => other_artifact(context, environment, &proof)?,
            };
            let made = Outcome::Deployed { url, seconds: (ended - began).num_seconds(), build, proof };
            match differs {
                None => Ok(Observation::Done(made)),
                Some(differs) => Err(StepError::Undecided(differs, Box::new(made))),
            }
        }
        (RunStatus::Failed(how), _) => {
            Err(StepError::Failed(DeploySetback::Failed { environment: there, build, url, how }.into()))
        }
        // Somebody wanted that, or nobody did: whatever follows is for a person to say.
        (RunStatus::Stopped(how), _) => {
            Ok(Observation::asks(DeploySetback::Stopped { environment: there, build, url, how }))
        }
    }
}

/// A run waits until somebody lets it deploy, or for as long as the environment's rules say.
fn waiting(
    context: &StepContext<'_>,
    environment: String,
    build: String,
    (who, url): (&[String], String),
) -> Observation {
    if who.is_empty() {
        return Observation::not_yet(DeploySetback::Protected { environment, build, url });
    }
    let who = who.iter().map(|login| context.people.name_of_login(login)).collect();
    Observation::asks(DeploySetback::Kept { environment, build, url, who })
}

/// Whether it is the roll-back whose end is waited for.
fn goes_back(context: &StepContext<'_>) -> bool {
    context.release.phase(context.index) == Phase::RollingBack
}

async fn see<'a>(context: &StepContext<'a>) -> Result<Option<Seen<'a>>, StepError> {
    let (plan, repository) = (&context.release.spec.plan, context.repository);
    let rollout = &context.release.state.steps[context.index].rollout;
    let asked = if goes_back(context) { &rollout.back } else { &rollout.asked };
    let Some(Requested { made, at }) = asked else { return Ok(None) };
    let Some(build) = made.build() else { return Ok(None) };
    // What goes back is named by its tag.
    let git_ref = match &plan.steps[context.index].step {
        Step::Deploy { git_ref, .. } if !goes_back(context) => git_ref.clone(),
        back => back.settling().map_or_else(String::new, |_| build.to_owned()),
    };
    if let Some(id) = made.run() {
        let run = repository.run(id).await?;
        let ended_well = run.status == RunStatus::Succeeded;
        let digest = match plan.same_artifact(context.index) && ended_well {
            true => repository.artifact_digest(id).await?,
            false => None,
        };
        let proof = Provenance { git_ref, commit: Some(run.head_sha), digest, config: None };
        let (url, status, began, ended) = (run.url, run.status, run.started_at, run.updated_at);
        Ok(Some(Seen { build, url, status, began, ended, proof }))
    } else if let Some(id) = made.deployment() {
        let found = repository.deployment(id).await?;
        let proof = Provenance { git_ref, commit: Some(found.commit), digest: found.digest, config: found.config };
        let (url, status, began, ended) = (found.url, found.status, found.created_at, found.updated_at);
        Ok(Some(Seen { build, url, status, began, ended, proof }))
    } else {
        Ok(Some(reported(context, git_ref, build, *at)))
    }
}

/// What CD reported; nothing yet, if what it said last was about an earlier try.
fn reported<'a>(context: &StepContext<'a>, git_ref: String, build: &'a str, since: DateTime<Utc>) -> Seen<'a> {
    // What a push began may have been reported before it was looked for.
    let by_push = matches!(context.release.spec.plan.steps[context.index].step, Step::Deploy { by: By::Push, .. });
    let first = by_push && !goes_back(context) && context.release.state.steps[context.index].tries == 0;
    let news = |report: &&Deploy| first || report.at.is_some_and(|at| at > since);
    let report = context.surroundings.reports.get(&context.index).filter(news);
    let status = match report.map(|report| report.status) {
        // What is in trouble there has come there.
        Some(Status::Succeeded | Status::Troubled) => RunStatus::Succeeded,
        Some(status @ (Status::Failed | Status::RolledBack)) => RunStatus::Failed(status.name().to_owned()),
        Some(Status::Cancelled) => RunStatus::Stopped(RunStop::Reported),
        Some(Status::Started) | None => RunStatus::Going,
    };
    let ended = report.and_then(|report| report.at).unwrap_or(since);
    let of = |part: fn(&Deploy) -> &Option<String>| report.and_then(|report| part(report).clone());
    let proof = Provenance {
        git_ref,
        commit: of(|report| &report.commit),
        digest: of(|report| &report.digest),
        config: of(|report| &report.config_digest),
    };
    let url = of(|report| &report.url).unwrap_or_default();
    Seen { build, url, status, began: since.min(ended), ended, proof }
}

/// How what was deployed differs from what was deployed first, if it has to be that.
fn other_artifact(
    context: &StepContext<'_>,
    environment: &str,
    proof: &Provenance,
) -> Result<Option<Setback>, StepError> {
    if goes_back(context) || !context.release.spec.plan.same_artifact(context.index) {
        return Ok(None);
    }
    match (&context.release.state.artifact, &proof.digest) {
        (_, None) => Err(Stop::Nameless { environment }.into()),
        (Some(first), Some(this)) if first != this => {
            Ok(Some(Stop::OtherArtifact { environment, this: short(this), first: short(first) }.into()))
        }
        _ => Ok(None),
    }
}
