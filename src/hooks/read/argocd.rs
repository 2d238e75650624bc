//! What Argo CD's notifications send, by the template in `docs/operations.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Read, reports,
    text::{artifact, is_commit, is_version, moment, name, short},
};
use crate::domain::report::{Deploy, Status};

/// A notification that can be sent as it stands.
pub(super) const EXAMPLE: &str = r#"{"app": "api-production", "labels": {"shipmate_project": "api", "shipmate_environment": "production"}, "phase": "Succeeded", "health": "Healthy", "revision": "279484c09fbe69ededfced8c1bb6e6d24616b468", "images": ["ghcr.io/acme/api:2.2.0"], "started": "2026-03-02T15:03:00Z", "finished": "2026-03-02T15:04:05Z", "url": "https://argocd.example.com/applications/api-production"}"#;

#[derive(Deserialize)]
struct Notified {
    app: String,
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    namespace: String,
    phase: Option<String>,
    health: Option<String>,
    revision: Option<String>,
    images: Option<Vec<String>>,
    started: Option<String>,
    finished: Option<String>,
    url: Option<String>,
}

/// Reads a notification.
pub(super) fn read(body: &[u8]) -> Result<Read, Vec<String>> {
    let notified: Notified = serde_json::from_slice(body)
        .map_err(|problem| vec![format!("it is not what the template for Argo CD sends: {problem}")])?;
    let phase = notified.phase.as_deref().unwrap_or_default();
    let degraded = notified.health.as_deref() == Some("Degraded");
    let status = match phase {
        "Running" => Status::Started,
        "Succeeded" if degraded => Status::Failed,
        "Succeeded" => Status::Succeeded,
        "Failed" | "Error" => Status::Failed,
        "" | "Terminating" => return Ok(Read::Ignored("nothing is being synchronised")),
        other => return Err(vec![format!("`phase` is `{other}`; Argo CD knows Running, Succeeded, Failed and Error")]),
    };
    let label = |key: &str| notified.labels.as_ref().and_then(|labels| name(labels.get(key)?));
    let app = name(&notified.app).ok_or_else(|| vec!["`app` has to name the application".to_owned()])?;
    let project = label("shipmate_project").unwrap_or_else(|| app.clone());
    let environment = label("shipmate_environment").or_else(|| name(&notified.namespace));
    let environment = environment.ok_or_else(|| {
        vec!["where it is deployed to is missing: give the application a label `shipmate_environment`".to_owned()]
    })?;
    let revision = notified.revision.as_deref().and_then(name);
    let images = notified.images.unwrap_or_default();
    // The image that is called like the project, or the only one.
    let own = images.iter().find(|image| image.contains(&format!("/{project}:"))).or(match images.as_slice() {
        [image] => Some(image),
        _ => None,
    });
    let (tag, digest) = own.map(|image| artifact(image)).unwrap_or_default();
    let commit = revision.clone().filter(|revision| is_commit(revision));
    let version = label("shipmate_version")
        .or(tag)
        .or_else(|| revision.filter(|revision| is_version(revision)))
        .or_else(|| commit.as_deref().map(short))
        .ok_or_else(|| vec!["neither `images` nor `revision` says which version it is".to_owned()])?;
    let at = if status == Status::Started { notified.started } else { notified.finished };
    let at = at.as_deref().and_then(moment);
    let id = at.map(|at| format!("{app}/{}", at.timestamp()));
    let url = notified.url.as_deref().and_then(name);
    reports(vec![Deploy { project, environment, version, status, commit, digest, config_digest: None, url, id, at }])
}
