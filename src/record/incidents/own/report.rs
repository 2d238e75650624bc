//! A release's deploy as somebody else would report it.

use chrono::{DateTime, Utc};

use crate::domain::{
    deploy::report::{Deploy, Status},
    release::Release,
};

/// The deploy as somebody else would report it.
pub(super) fn deploy(
    of: Option<&Release>,
    (project, environment, version): (&str, &str, &str),
    status: Option<Status>,
    at: DateTime<Utc>,
) -> Deploy {
    let commit = of.map(|of| {
        let merged = of.state.merged.as_ref().map(|merged| merged.commit.clone());
        of.state.tagged.clone().or(merged).unwrap_or_else(|| of.head().to_owned())
    });
    let run = |of: &Release| {
        let mut steps = of.spec.plan.steps.iter().zip(&of.state.steps).rev();
        steps.find_map(|(planned, state)| {
            let url = state.rollout.asked.as_ref()?.made.page_of_run()?;
            (planned.step.deploys_to() == Some(environment)).then(|| url.to_owned())
        })
    };
    Deploy {
        reported_by: None,
        project: project.to_owned(),
        environment: environment.to_owned(),
        version: version.to_owned(),
        status: status.unwrap_or(Status::Failed),
        commit,
        digest: of.and_then(|of| of.state.artifact.clone()),
        config_digest: None,
        url: of.and_then(run),
        id: None,
        at: Some(at),
    }
}
