//! What GitHub tells of deployments that the bot did not ask for: somebody else's CD.

use std::sync::Arc;

use super::{Reports, read::text};
use crate::{
    context::Context,
    domain::{
        deploy::report::{Deploy, Status, bare},
        release::{
            Release,
            fact::Fact,
            plan::{By, Step},
            rollout::Phase,
            stories::StoryFact,
        },
        team::project::Project,
    },
    github::event::{DeploymentDetails, Event, Happened},
    store::StoreProblem,
};

/// Among how many releases a run is looked for, newest first.
const RELEASES: usize = 100;

/// What an event reports; nothing if it is about no deployment to an environment that a project knows, or about one that a
/// release had made and tells itself.
///
/// # Errors
/// When the store cannot be read.
pub fn reports(context: &Context, event: &Event) -> Result<Reports, StoreProblem> {
    let nothing = Ok(Reports::default());
    let (Happened::DeploymentStatus { environment, state, sha, about }, Some(repository)) =
        (&event.happened, &event.repository)
    else {
        return nothing;
    };
    let status = match state.as_str() {
        "in_progress" => Status::Started,
        "success" => Status::Succeeded,
        "failure" | "error" => Status::Failed,
        _ => return nothing,
    };
    let knows = |project: &&Project| {
        project.repository.eq_ignore_ascii_case(repository) && project.environments.contains_key(environment)
    };
    let project = context.projects.values().map(|(project, _)| project).find(knows);
    let Some(project) = project.filter(|_| !about.transient && !about.is_ours) else { return nothing };
    let releases = context.store.latest_releases(RELEASES)?;
    // Several projects may live in one repository.
    let here = |release: &&Arc<Release>| {
        let of = context.projects.get(&release.spec.project);
        of.is_some_and(|(of, _)| of.repository.eq_ignore_ascii_case(repository))
    };
    if releases.iter().filter(here).any(|release| is_own(release, environment, sha, about)) {
        return nothing;
    }
    let git_ref = about.git_ref.strip_prefix("refs/tags/").unwrap_or(&about.git_ref);
    let named = about.version.clone().or_else(|| text::is_version(git_ref).then(|| git_ref.to_owned()));
    let deploy = Deploy {
        reported_by: None,
        project: project.name.clone(),
        environment: environment.clone(),
        version: named.as_deref().map_or_else(|| text::short(sha), |named| bare(named).to_owned()),
        status,
        commit: Some(sha.clone()),
        digest: about.digest.clone(),
        config_digest: about.config.clone(),
        url: about.url.clone(),
        id: Some(about.id.to_string()),
        at: about.at,
    };
    Ok(match named {
        Some(_) => Reports { deploys: vec![deploy], ..Reports::default() },
        // Every push to a line may deploy it somewhere.
        None => Reports { quiet: vec![deploy], ..Reports::default() },
    })
}

/// Whether a release had this deployment made: by this very run or deployment, by one that it asked for and does not know
/// yet, or by what it pushed.
fn is_own(release: &Release, environment: &str, sha: &str, about: &DeploymentDetails) -> bool {
    let state = &release.state;
    // What was begun anew was begun before.
    let asked = release.facts.iter().any(|recorded| {
        if let Fact::Done { made, .. } = &recorded.fact {
            return made.run().is_some_and(|run| about.run == Some(run)) || made.deployment() == Some(about.id);
        }
        matches!(recorded.fact, Fact::Story { what: StoryFact::Asked { run, .. }, .. } if about.run == Some(run))
    });
    if asked {
        return true;
    }
    // A story's deploy may begin before it is known under which number.
    if release.is_open() && state.stories.named(&about.git_ref).is_some() {
        return true;
    }
    let pushed = state.merged.as_ref().map(|merged| merged.commit.as_str()).into_iter().chain(state.tagged.as_deref());
    // A tag that a person pushed may be deployed before it was looked for.
    let tag = about.git_ref.strip_prefix("refs/tags/").unwrap_or(&about.git_ref);
    let pushed = tag == release.spec.tag || pushed.into_iter().any(|commit| commit == sha);
    (0..state.steps.len()).any(|step| {
        let by_push = matches!(release.spec.plan.steps[step].step, Step::Deploy { by: By::Push, .. });
        let here = release.spec.plan.environment_of(step) == Some(environment);
        // It is asked for, and not known under which number.
        let asking = matches!(release.phase(step), Phase::Planned | Phase::Failed);
        let state = &state.steps[step];
        here && asking && !state.is_over() && release.is_open() && (state.started.is_some() || by_push && pushed)
    })
}
