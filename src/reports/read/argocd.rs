//! What Argo CD's notifications send, by the template in `docs/operations.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Read, reports,
    text::{artifact, is_commit, is_version, moment, name, short},
};
use crate::domain::deploy::report::{Deploy, Status};

/// A notification that can be sent as it stands.
pub(super) const EXAMPLE: &str = r#"{"app": "api-production", "labels": {"shipmate_project": "api", "shipmate_environment": "production"}, "phase": "Succeeded", "health": "Healthy", "health_since": "2026-03-02T15:04:05Z", "revision": "279484c09fbe69ededfced8c1bb6e6d24616b468", "images": ["ghcr.io/acme/api:2.2.0"], "started": "2026-03-02T15:03:00Z", "finished": "2026-03-02T15:04:05Z", "url": "https://argocd.example.com/applications/api-production"}"#;

#[derive(Deserialize)]
struct Notified {
    app: String,
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    namespace: String,
    phase: Option<String>,
    health: Option<String>,
    /// Since when it has this health; Argo CD says so from 2.14 on.
    health_since: Option<String>,
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
    let of_revision = revision.filter(|revision| is_version(revision));
    // Until a sync has succeeded, the images are those of the version before.
    let (there, named) = (phase == "Succeeded", label("shipmate_version"));
    let version = match (named, of_revision) {
        (Some(named), _) => Some(named),
        (None, Some(revision)) if !there || tag.is_none() => Some(revision),
        (None, None) if status == Status::Started && tag.is_some() => {
            return Ok(Read::Ignored("which version it brings is known once its images are there"));
        }
        (None, _) if there => tag.or_else(|| commit.as_deref().map(short)),
        (None, _) => commit.as_deref().map(short).or(tag),
    };
    let version = version.ok_or_else(|| vec!["neither `images` nor `revision` says which version it is".to_owned()])?;
    let digest = digest.filter(|_| there);
    let at = if status == Status::Started { notified.started } else { notified.finished };
    let at = at.as_deref().and_then(moment);
    // How an application fares may change long after its sync.
    let fares = there && ["Degraded", "Healthy"].contains(&notified.health.as_deref().unwrap_or_default());
    let since = notified.health_since.as_deref().and_then(moment).filter(|_| fares);
    let at = at.max(since);
    let id = at.map(|at| format!("{app}/{}", at.timestamp()));
    let url = notified.url.as_deref().and_then(name);
    reports(vec![Deploy { project, environment, version, status, commit, digest, config_digest: None, url, id, at }])
}
