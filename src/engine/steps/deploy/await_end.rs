//! Waits for the end of a deploy, or of a roll-back, and keeps what CD says of what it deployed.

use chrono::{DateTime, Utc};

use super::super::{
    context::{Observation, StepContext, StepError},
    decided,
};
use crate::{
    domain::{
        deploy::report::{Deploy, Status},
        message::short::short,
        release::{
            fact::{Outcome, Provenance},
            plan::{By, Step},
            rollout::{Phase, Requested},
            setback::Setback,
        },
    },
    github::model::{RunStatus, RunStop},
    messages::{either, spoken, stops::Stop},
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
        return Err(StepError::Person(format!("nobody has asked {environment} to deploy: /release retry does")));
    };
    let Seen { build, url, status, began, ended, proof } = seen;
    let differs = decided::difference(context, environment, &proof);
    let may_be = matches!(status, RunStatus::Succeeded | RunStatus::Waiting(_)) && differs.is_none();
    let moved = if may_be { decided::moved_meanwhile(context, &proof.git_ref).await? } else { None };
    if let Some(moved) = moved {
        let (there, page) = (spoken(environment), page(&url));
        return Ok(Observation::Asks(match status {
            RunStatus::Succeeded => format!(
                "{moved}: the deploy of {build} to {there} ended well{page}, but whether it runs there is not certain. Put \
                 the tag back and look at what runs there, and I go on; or have it rolled back"
            ),
            RunStatus::Going | RunStatus::Waiting(_) | RunStatus::Failed(_) | RunStatus::Stopped(_) => format!(
                "{moved}: nobody should let {build} deploy to {there} on GitHub{page} before the tag is back there"
            ),
        }));
    }
    match (status, differs) {
        (RunStatus::Going | RunStatus::Waiting(_), Some(differs)) => {
            Ok(Observation::Asks(format!("{differs}. I wait for its end, and go no further")))
        }
        (RunStatus::Succeeded, Some(differs)) => {
            let problem = Stop::OtherCommit { differs: &*format!("{differs}{}", page(&url)) }.into();
            let seconds = (ended - began).num_seconds();
            let made = Outcome::Deployed { url, seconds, build: build.to_owned(), proof };
            Err(StepError::Undecided(problem, Box::new(made)))
        }
        (RunStatus::Going, None) => Ok(Observation::NotYet(format!("{} is deploying {build}", spoken(environment)))),
        (RunStatus::Waiting(who), None) => Ok(waiting(context, environment, build, (&who, &url))),
        (RunStatus::Succeeded, None) => {
            let differs = other_artifact(context, environment, &proof)?;
            let seconds = (ended - began).num_seconds();
            let made = Outcome::Deployed { url, seconds, build: build.to_owned(), proof };
            match differs {
                None => Ok(Observation::Done(made)),
                Some(differs) => Err(StepError::Undecided(differs, Box::new(made))),
            }
        }
        (RunStatus::Failed(how), _) => {
            let (there, page) = (spoken(environment), page(&url));
            Err(StepError::Failed(format!("the deploy of {build} to {there} ended with {how}{page}")))
        }
        // Somebody wanted that, or nobody did: whatever follows is for a person to say.
        (RunStatus::Stopped(how), _) => {
            let (there, how) = (spoken(environment), how.in_words());
            let ways = "run it again there, or /release retry asks for it anew; /release cancel ends the release";
            let page = if url.is_empty() { String::new() } else { format!(" ({url})") };
            Ok(Observation::Asks(format!("the deploy of {build} to {there} {how}{page}: {ways}")))
        }
    }
}

/// A run waits until somebody lets it deploy, or for as long as the environment's rules say.
fn waiting(context: &StepContext<'_>, environment: &str, build: &str, (who, url): (&[String], &str)) -> Observation {
    let (there, page) = (spoken(environment), page(url));
    match who {
        [] => Observation::NotYet(format!("{build} waits on GitHub for the protection rules of {there}{page}")),
        who => {
            let names: Vec<String> = who.iter().map(|login| context.people.name_of_login(login)).collect();
            let who = either(&names);
            Observation::Asks(format!("{build} waits on GitHub until {who} lets it deploy to {there}{page}"))
        }
    }
}

/// Where more can be read, behind a sentence.
fn page(url: &str) -> String {
    if url.is_empty() { String::new() } else { format!(": {url}") }
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
