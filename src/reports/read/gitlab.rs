//! What GitLab's webhooks send: deployments, pipelines and merge requests; anything else is of no concern.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{
    Read, Reports, StoppedEnvironment,
    text::{is_commit, is_version, moment, name, short},
};
use crate::domain::{
    deploy::{
        merged::Merged,
        report::{Deploy, Status},
    },
    incident::alert::{Alert, Group, Nature, PROJECT},
    time::far,
};

/// A delivery that can be sent as it stands.
pub(super) const EXAMPLE: &str = r#"{"object_kind": "deployment", "status": "success", "status_changed_at": "2026-03-02 15:04:05 +0000", "deployment_id": 15, "deployable_url": "https://gitlab.example.com/acme/api/-/jobs/796", "environment": "production", "project": {"path_with_namespace": "acme/api", "default_branch": "main"}, "short_sha": "279484c0", "ref": "v2.2.0", "commit_url": "https://gitlab.example.com/acme/api/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468"}"#;

/// What system hooks and groups tell of themselves – somebody joined, a project was made – has only an `event_name`.
#[derive(Deserialize)]
struct HookKind {
    object_kind: Option<String>,
    event_name: Option<String>,
}

#[derive(Deserialize)]
struct GitLabProject {
    path_with_namespace: String,
    #[serde(default)]
    default_branch: Option<String>,
}

#[derive(Deserialize)]
struct DeploymentHook {
    status: String,
    status_changed_at: Option<String>,
    deployment_id: u64,
    deployable_url: Option<String>,
    environment: String,
    project: GitLabProject,
    short_sha: Option<String>,
    #[serde(rename = "ref")]
    git_ref: Option<String>,
    commit_url: Option<String>,
}

#[derive(Deserialize)]
struct Pipeline {
    object_attributes: PipelineRun,
    project: GitLabProject,
    #[serde(default)]
    builds: Vec<Build>,
}

#[derive(Deserialize)]
struct PipelineRun {
    id: u64,
    #[serde(rename = "ref", default)]
    git_ref: String,
    #[serde(default)]
    tag: bool,
    sha: String,
    status: String,
    created_at: Option<String>,
    finished_at: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Build {
    id: u64,
    name: String,
    status: String,
    started_at: Option<String>,
    finished_at: Option<String>,
    environment: Option<BuildEnvironment>,
}

#[derive(Deserialize)]
struct BuildEnvironment {
    name: String,
    action: Option<String>,
}

#[derive(Deserialize)]
struct MergeRequest {
    object_attributes: Merging,
    project: GitLabProject,
}

#[derive(Deserialize)]
struct Merging {
    iid: u64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    url: String,
    action: Option<String>,
    updated_at: Option<String>,
    last_commit: Option<Commit>,
}

#[derive(Deserialize)]
struct Commit {
    author: Option<CommitAuthor>,
}

#[derive(Deserialize)]
struct CommitAuthor {
    #[serde(default)]
    name: String,
}

/// Reads a delivery.
pub(super) fn read(body: &[u8]) -> Result<Read, Vec<String>> {
    let not_gitlabs = |problem: serde_json::Error| vec![format!("it is not a webhook of GitLab: {problem}")];
    let HookKind { object_kind, event_name } = serde_json::from_slice(body).map_err(not_gitlabs)?;
    let Some(kind) = object_kind.or(event_name) else {
        return Err(vec!["it is not a webhook of GitLab: `object_kind` is missing".to_owned()]);
    };
    match kind.as_str() {
        "deployment" => deployment(serde_json::from_slice(body).map_err(not_gitlabs)?),
        "pipeline" => pipeline(serde_json::from_slice(body).map_err(not_gitlabs)?),
        "merge_request" => merge_request(serde_json::from_slice(body).map_err(not_gitlabs)?),
        _ => Ok(Read::Ignored("only deployments, pipelines and merge requests are of concern")),
    }
}

fn status(word: &str) -> Option<Status> {
    match word {
        "running" => Some(Status::Started),
        "success" => Some(Status::Succeeded),
        "failed" => Some(Status::Failed),
        "canceled" => Some(Status::Cancelled),
        // Created, skipped, manual, or blocked until somebody approves it: nothing is on its way.
        _ => None,
    }
}

fn deployment(deployment: DeploymentHook) -> Result<Read, Vec<String>> {
    let Some(status) = status(&deployment.status) else {
        return Ok(Read::Ignored("it has neither begun nor ended"));
    };
    let commit = deployment.commit_url.as_deref().and_then(|url| url.rsplit('/').next()).filter(|last| is_commit(last));
    let tag = deployment.git_ref.filter(|git_ref| is_version(git_ref));
    let named = tag.is_some();
    let version = tag.or_else(|| name(deployment.short_sha.as_deref()?)).or_else(|| commit.map(short));
    let version = version.ok_or_else(|| vec!["neither `ref` nor `short_sha` says which version it is".to_owned()])?;
    let environment = name(&deployment.environment).ok_or_else(|| vec!["`environment` is empty".to_owned()])?;
    let deploy = Deploy {
        reported_by: None,
        project: deployment.project.path_with_namespace,
        environment,
        version,
        status,
        commit: commit.map(str::to_owned),
        digest: None,
        config_digest: None,
        url: deployment.deployable_url,
        id: Some(deployment.deployment_id.to_string()),
        at: deployment.status_changed_at.as_deref().and_then(moment),
    };
    Ok(Read::Reports(of_deploys(named, vec![deploy])))
}

/// Review apps come and go, and every push to a line may deploy it somewhere: what no tag names is told when it goes wrong.
fn of_deploys(named: bool, deploys: Vec<Deploy>) -> Reports {
    let known = Reports { known_only: true, ..Reports::default() };
    if named { Reports { deploys, ..known } } else { Reports { quiet: deploys, ..known } }
}

/// The jobs that deploy something are deploys; the pipeline itself raises an alert when it fails where everybody builds on.
fn pipeline(pipeline: Pipeline) -> Result<Read, Vec<String>> {
    let Pipeline { object_attributes: run, project, builds } = pipeline;
    let tag = (run.tag && is_version(&run.git_ref)).then(|| run.git_ref.clone());
    let named = tag.is_some();
    let stopped = |build: &Build| {
        let environment = build.environment.as_ref().filter(|one| one.action.as_deref() == Some("stop"))?;
        let at = build.finished_at.as_deref().and_then(moment).filter(|_| build.status == "success")?;
        Some(StoppedEnvironment {
            project: project.path_with_namespace.clone(),
            environment: name(&environment.name)?,
            at,
        })
    };
    let stopped: Vec<StoppedEnvironment> = builds.iter().filter_map(stopped).collect();
    let version = tag.unwrap_or_else(|| short(&run.sha));
    let deploy = |build: Build| {
        let environment = build.environment.filter(|one| one.action.as_deref().unwrap_or("start") == "start")?;
        let status = status(&build.status)?;
        let at = if status == Status::Started { build.started_at } else { build.finished_at };
        Some(Deploy {
            reported_by: None,
            project: project.path_with_namespace.clone(),
            environment: name(&environment.name)?,
            version: version.clone(),
            status,
            commit: Some(run.sha.clone()).filter(|sha| is_commit(sha)),
            digest: None,
            config_digest: None,
            url: run.url.clone(),
            id: Some(format!("{} {}", build.name, build.id)),
            at: at.as_deref().and_then(moment),
        })
    };
    let deploys: Vec<Deploy> = builds.into_iter().filter_map(deploy).collect();
    let watched = run.tag || project.default_branch.as_deref() == Some(run.git_ref.as_str());
    let groups = watched.then(|| group(&run, &project)).flatten().into_iter().collect::<Vec<_>>();
    if deploys.is_empty() && groups.is_empty() && stopped.is_empty() {
        return Ok(Read::Ignored("it neither deploys nor says how the default branch fares"));
    }
    Ok(Read::Reports(Reports { groups, stopped, ..of_deploys(named, deploys) }))
}

fn group(run: &PipelineRun, project: &GitLabProject) -> Option<Group> {
    let over = match run.status.as_str() {
        "failed" => false,
        "success" => true,
        _ => return None,
    };
    let path = &project.path_with_namespace;
    let labels = BTreeMap::from([
        ("alertname".to_owned(), format!("The pipeline of {} failed", run.git_ref)),
        (PROJECT.to_owned(), path.clone()),
        ("ref".to_owned(), run.git_ref.clone()),
        ("commit".to_owned(), short(&run.sha)),
    ]);
    let words = format!("pipeline {}", run.id);
    let alert = Alert::new("pipeline", over, labels, &words, turn(run)?);
    Some(Group::of_one(
        &format!("gitlab:{path}:{}", run.git_ref),
        alert,
        run.url.as_deref().unwrap_or_default(),
        Nature::State,
    ))
}

/// Which of several ends counts: of two pipelines that of the one that was made later, of two of one pipeline – somebody ran
/// a job of it again – the later end. The second in which it was made, and within that how long it took.
fn turn(run: &PipelineRun) -> Option<DateTime<Utc>> {
    let made = run.created_at.as_deref().and_then(moment)?;
    let took = run.finished_at.as_deref().and_then(moment).map_or(0, |ended| (ended - made).num_seconds());
    Some(far::after(made, TimeDelta::microseconds(took.clamp(0, 999_999))))
}

fn merge_request(merge_request: MergeRequest) -> Result<Read, Vec<String>> {
    let Merging { iid, title, url, action, updated_at, last_commit } = merge_request.object_attributes;
    if action.as_deref() != Some("merge") {
        return Ok(Read::Ignored("it was not merged"));
    }
    let author = last_commit.and_then(|commit| commit.author).map(|author| author.name).unwrap_or_default();
    let at = updated_at.as_deref().and_then(moment).ok_or_else(|| vec!["`updated_at` is missing".to_owned()])?;
    let project = merge_request.project.path_with_namespace;
    let merged = Merged { project, at, name: format!("!{iid}"), title, author, url };
    Ok(Read::Reports(Reports { merged: vec![merged], ..Reports::default() }))
}
