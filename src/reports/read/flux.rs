//! What Flux's notification-controller sends by its providers `generic` and `generic-hmac`: the event as it is.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Read, Reports,
    text::{is_commit, is_version, moment, name, short},
};
use crate::domain::deploy::report::{Deploy, Status};

/// An event that can be sent as it stands.
pub(super) const EXAMPLE: &str = r#"{"involvedObject": {"kind": "HelmRelease", "name": "api", "namespace": "production"}, "severity": "info", "timestamp": "2026-03-02T15:04:05Z", "message": "Helm upgrade succeeded", "reason": "UpgradeSucceeded", "metadata": {"revision": "2.2.0", "shipmate_project": "api", "shipmate_environment": "production"}, "reportingController": "helm-controller"}"#;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FluxEvent {
    involved_object: InvolvedObject,
    #[serde(default)]
    severity: String,
    timestamp: Option<String>,
    #[serde(default)]
    reason: String,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct InvolvedObject {
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
}

impl FluxEvent {
    /// A value of the metadata; Flux writes its own keys with their group before them, or without.
    fn value(&self, keys: &[&str]) -> Option<String> {
        let metadata = self.metadata.as_ref()?;
        let is =
            |found: &str, key: &str| found == key || found.strip_suffix(key).is_some_and(|rest| rest.ends_with('/'));
        keys.iter().find_map(|key| name(metadata.iter().find(|(found, _)| is(found, key))?.1))
    }
}

/// Reads an event.
pub(super) fn read(body: &[u8]) -> Result<Read, Vec<String>> {
    let event: FluxEvent =
        serde_json::from_slice(body).map_err(|problem| vec![format!("it is not an event of Flux: {problem}")])?;
    let FluxEvent { involved_object: InvolvedObject { kind, name: object, namespace }, severity, reason, .. } = &event;
    if !["Kustomization", "HelmRelease"].contains(&kind.as_str()) {
        return Ok(Read::Ignored("only Kustomization and HelmRelease deploy something"));
    }
    let status = match (reason.as_str(), severity.as_str()) {
        ("RollbackSucceeded", _) => Status::RolledBack,
        (_, "error") => Status::Failed,
        ("Progressing" | "ProgressingWithRetry", _) => Status::Started,
        ("ReconciliationSucceeded" | "InstallSucceeded" | "UpgradeSucceeded", _) => Status::Succeeded,
        _ => return Ok(Read::Ignored("it says nothing of a deploy's beginning or end")),
    };
    // `v2.2.0@sha1:2794…`, `main@sha1:2794…`, `main/2794…`, or the version of a chart.
    let revision = event.value(&["originRevision", "revision"]).unwrap_or_default();
    let (named, commit) = match revision.split_once('@') {
        Some((named, hash)) => (named, hash.rsplit(':').next().unwrap_or_default()),
        None => revision.rsplit_once('/').unwrap_or((&revision, "")),
    };
    let commit = Some(commit).filter(|commit| is_commit(commit)).map(str::to_owned);
    let version = event
        .value(&["shipmate_version", "version", "app-version"])
        .or_else(|| Some(named.to_owned()).filter(|named| is_version(named)))
        .or_else(|| commit.as_deref().map(short));
    let Some(version) = version else {
        return Ok(Read::Ignored("no revision says which version it is"));
    };
    let project = event.value(&["shipmate_project"]).or_else(|| name(object));
    let environment = event.value(&["shipmate_environment", "environment", "env"]).or_else(|| name(namespace));
    let (Some(project), Some(environment)) = (project, environment) else {
        return Err(vec!["`involvedObject` has to have a `name` and a `namespace`".to_owned()]);
    };
    let at = event.timestamp.as_deref().and_then(moment);
    let id = at.map(|at| format!("{namespace}/{object}/{reason}/{}", at.timestamp()));
    let (digest, config_digest) = (event.value(&["oci-digest"]), event.value(&["token"]));
    let deploy = Deploy {
        reported_by: None,
        project,
        environment,
        version,
        status,
        commit,
        digest,
        config_digest,
        url: None,
        id,
        at,
    };
    // Flux names the version that runs again.
    Ok(Read::Reports(Reports::of(deploy)))
}
