//! Waits for the end of a deploy, or of a roll-back, and keeps what CD says of what it deployed.

use chrono::{DateTime, Utc};

use super::{
    decided,
    scene::{Scene, Sight, Trouble},
};
use crate::{
    domain::{
        deploy::report::{Deploy, Status},
        message::short::short,
        release::{
            fact::{Made, Proof},
            plan::{By, Step},
        },
    },
    github::model::RunStatus,
    messages::spoken,
};

/// What was deployed, and how it went.
struct Seen<'a> {
    build: &'a str,
    url: String,
    status: RunStatus,
    began: DateTime<Utc>,
    ended: DateTime<Utc>,
    proof: Proof,
}

pub(super) async fn look(scene: &Scene<'_>, environment: &str) -> Result<Sight, Trouble> {
    let Some(asking) = scene.release.brief.plan.asking(scene.index) else {
        return Err(Trouble::Person(format!("nobody asks {environment} to deploy: the playbook lacks that step")));
    };
    let Some(seen) = see(scene, asking).await? else {
        return Err(Trouble::Person(format!("nobody has asked {environment} to deploy; retry")));
    };
    let Seen { build, url, status, began, ended, proof } = seen;
    let differs = decided::difference(scene, environment, &proof);
    match (status, differs) {
        (RunStatus::Going, Some(differs)) => {
            Ok(Sight::Asks(format!("{differs}. I wait for its end, and go no further")))
        }
        (RunStatus::Succeeded, Some(differs)) => Err(Trouble::Person(format!("{differs}{}", page(&url)))),
        (RunStatus::Going, None) => Ok(Sight::NotYet(format!("{} is deploying {build}", spoken(environment)))),
        (RunStatus::Succeeded, None) => {
            same_artifact(scene, asking, environment, &proof)?;
            let seconds = (ended - began).num_seconds();
            Ok(Sight::Done(Made::Deployed { url, seconds, build: build.to_owned(), proof }))
        }
        (RunStatus::Failed(how), _) => {
            let (there, page) = (spoken(environment), page(&url));
            Err(Trouble::Failed(format!("the deploy of {build} to {there} ended with {how}{page}")))
        }
    }
}

/// Where more can be read, behind a sentence.
fn page(url: &str) -> String {
    if url.is_empty() { String::new() } else { format!(": {url}") }
}

async fn see<'a>(scene: &Scene<'a>, asking: usize) -> Result<Option<Seen<'a>>, Trouble> {
    let (plan, repository) = (&scene.release.brief.plan, scene.repository);
    let asked = &scene.release.state.steps[asking].done;
    let git_ref = match &plan.steps[asking].step {
        Step::StartDeploy { git_ref, .. } => git_ref.clone(),
        // What goes back is named by its tag.
        _ => asked.as_ref().and_then(|(made, _)| made.build()).unwrap_or_default().to_owned(),
    };
    match asked {
        Some((Made::Run { id, build, .. }, _)) => {
            let run = repository.run(*id).await?;
            let ended_well = run.status == RunStatus::Succeeded;
            let digest = match plan.same_artifact(asking) && ended_well {
                true => repository.artifact_digest(*id).await?,
                false => None,
            };
            let proof = Proof { git_ref, commit: Some(run.head_sha), digest, config: None };
            let (url, status, began, ended) = (run.url, run.status, run.started_at, run.updated_at);
            Ok(Some(Seen { build, url, status, began, ended, proof }))
        }
        Some((Made::Deployment { id, build }, _)) => {
            let found = repository.deployment(*id).await?;
            let proof = Proof { git_ref, commit: Some(found.commit), digest: found.digest, config: found.config };
            let (url, status, began, ended) = (found.url, found.status, found.created_at, found.updated_at);
            Ok(Some(Seen { build, url, status, began, ended, proof }))
        }
        Some((Made::Expected { build }, since)) => Ok(Some(reported(scene, git_ref, build, *since))),
        _ => Ok(None),
    }
}

/// What CD reported; nothing yet, if what it said last was about an earlier try.
fn reported<'a>(scene: &Scene<'a>, git_ref: String, build: &'a str, since: DateTime<Utc>) -> Seen<'a> {
    let plan = &scene.release.brief.plan;
    // What a push began may have been reported before it was looked for.
    let first = plan.asking(scene.index).is_some_and(|asking| {
        matches!(plan.steps[asking].step, Step::StartDeploy { by: By::Push, .. })
            && scene.release.state.steps[asking].tries == 0
    });
    let news = |report: &&Deploy| first || report.at.is_some_and(|at| at > since);
    let report = scene.around.reports.get(&scene.index).filter(news);
    let status = match report.map(|report| report.status) {
        Some(Status::Succeeded) => RunStatus::Succeeded,
        Some(status @ (Status::Failed | Status::RolledBack)) => RunStatus::Failed(status.name().to_owned()),
        Some(Status::Started) | None => RunStatus::Going,
    };
    let ended = report.and_then(|report| report.at).unwrap_or(since);
    let of = |part: fn(&Deploy) -> &Option<String>| report.and_then(|report| part(report).clone());
    let proof = Proof {
        git_ref,
        commit: of(|report| &report.commit),
        digest: of(|report| &report.digest),
        config: of(|report| &report.config_digest),
    };
    let url = of(|report| &report.url).unwrap_or_default();
    Seen { build, url, status, began: since.min(ended), ended, proof }
}

/// What goes on to the next environment is what was deployed first.
fn same_artifact(scene: &Scene<'_>, asking: usize, environment: &str, proof: &Proof) -> Result<(), Trouble> {
    if !scene.release.brief.plan.same_artifact(asking) {
        return Ok(());
    }
    match (&scene.release.state.artifact, &proof.digest) {
        (_, None) => Err(Trouble::Person(format!(
            "CD does not say which artifact it deployed to {environment}: have it name the digest (see \"The artifact\" \
             in docs/playbooks.md), then retry"
        ))),
        (Some(first), Some(this)) if first != this => Err(Trouble::Person(format!(
            "{environment} got another artifact, {}, than the one that was deployed first, {}: it goes no further. \
             Deploy that one, then retry",
            short(this),
            short(first)
        ))),
        _ => Ok(()),
    }
}
