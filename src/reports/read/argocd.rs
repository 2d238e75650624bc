//! What Argo CD's notifications send, by the template in `docs/operations.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Read, reports,
    text::{artifact, is_commit, is_version, moment, name, short},
};
use crate::domain::deploy::report::{Deploy, Status, UNKNOWN};

/// A notification that can be sent as it stands.
pub(super) const EXAMPLE: &str = r#"{"app": "api-production", "labels": {"shipmate_project": "api", "shipmate_environment": "production"}, "phase": "Succeeded", "health": "Healthy", "health_since": "2026-03-02T15:04:05Z", "revision": "279484c09fbe69ededfced8c1bb6e6d24616b468", "images": ["ghcr.io/acme/api:2.2.0"], "started": "2026-03-02T15:03:00Z", "finished": "2026-03-02T15:04:05Z", "url": "https://argocd.example.com/applications/api-production"}"#;

/// Whatever an application has not is null, or missing where the template is an older one.
#[derive(Deserialize)]
struct Notified {
    app: String,
    labels: Option<BTreeMap<String, String>>,
    namespace: Option<String>,
    phase: Option<String>,
    health: Option<String>,
    /// Since when it has this health; Argo CD says so from 2.14 on.
    health_since: Option<String>,
    /// What was asked for: of the only source, and of each of several.
    revision: Option<String>,
    revisions: Option<Vec<Option<String>>>,
    /// What that turned out to be, once the sync has begun.
    synced: Option<String>,
    synced_all: Option<Vec<Option<String>>>,
    /// Which of the sources are charts.
    chart: Option<String>,
    charts: Option<Vec<Option<String>>>,
    dry_run: Option<bool>,
    images: Option<Vec<String>>,
    started: Option<String>,
    finished: Option<String>,
    url: Option<String>,
}

/// What the sources of an application say of its version.
#[derive(Default)]
struct Sources {
    /// A tag in git.
    tag: Option<String>,
    /// The version of a chart.
    chart: Option<String>,
    /// The commits in git.
    commits: Vec<String>,
    /// Whether there is only one.
    single: bool,
}

impl Notified {
    fn sources(&self) -> Sources {
        let several = |all: &Option<Vec<Option<String>>>| -> Vec<String> {
            all.iter().flatten().map(|one| one.as_deref().and_then(name).unwrap_or_default()).collect()
        };
        let single = |one: &Option<String>| -> Vec<String> { one.as_deref().and_then(name).into_iter().collect() };
        let said = [several(&self.synced_all), several(&self.revisions), single(&self.synced), single(&self.revision)];
        let all = said.into_iter().find(|all| all.iter().any(|one| !one.is_empty())).unwrap_or_default();
        let charts = [several(&self.charts), single(&self.chart)].concat();
        let mut sources = Sources { single: all.len() == 1, ..Sources::default() };
        for (nth, revision) in all.into_iter().enumerate() {
            let is_chart = charts.get(nth).is_some_and(|chart| !chart.is_empty());
            match (is_chart, is_version(&revision), is_commit(&revision)) {
                (true, ..) => sources.chart = sources.chart.or(Some(revision)),
                (false, true, _) => sources.tag = sources.tag.or(Some(revision)),
                (false, _, true) => sources.commits.push(revision),
                _ => {}
            }
        }
        sources
    }

    fn label(&self, key: &str) -> Option<String> {
        self.labels.as_ref().and_then(|labels| name(labels.get(key)?))
    }

    /// The image that is called like the project, or the only one.
    fn own_image(&self, project: &str) -> Option<&String> {
        let images = self.images.as_deref().unwrap_or_default();
        let called = |image: &&String| {
            let last = image.rsplit('/').next().unwrap_or_default();
            last.split([':', '@']).next() == Some(project)
        };
        images.iter().find(called).or(if let [image] = images { Some(image) } else { None })
    }
}

/// Reads a notification.
pub(super) fn read(body: &[u8]) -> Result<Read, Vec<String>> {
    let notified: Notified = serde_json::from_slice(body)
        .map_err(|problem| vec![format!("it is not what the template for Argo CD sends: {problem}")])?;
    let phase = notified.phase.as_deref().unwrap_or_default();
    let health = notified.health.as_deref().unwrap_or_default();
    let status = match phase {
        _ if notified.dry_run == Some(true) => return Ok(Read::Ignored("a dry run changes nothing")),
        "Running" => Status::Started,
        "Succeeded" if health == "Degraded" => Status::Failed,
        // Its resources are written; that they work is told once they do.
        "Succeeded" if health == "Progressing" => Status::Started,
        "Succeeded" => Status::Succeeded,
        "Failed" | "Error" => Status::Failed,
        "" | "Terminating" => return Ok(Read::Ignored("nothing is being synchronised")),
        other => return Err(vec![format!("`phase` is `{other}`; Argo CD knows Running, Succeeded, Failed and Error")]),
    };
    let app = name(&notified.app).ok_or_else(|| vec!["`app` has to name the application".to_owned()])?;
    let project = notified.label("shipmate_project").unwrap_or_else(|| app.clone());
    let namespace = || notified.namespace.as_deref().and_then(name);
    let environment = notified.label("shipmate_environment").or_else(namespace).ok_or_else(|| {
        vec!["where it is deployed to is missing: give the application a label `shipmate_environment`".to_owned()]
    })?;
    let sources = notified.sources();
    let (tag, digest) = notified.own_image(&project).map(|image| artifact(image)).unwrap_or_default();
    // Until a sync has succeeded, the images are those of the version before.
    let (there, has_image) = (phase == "Succeeded", tag.is_some() || digest.is_some());
    let of_image = tag.filter(|_| there);
    // A chart has a version of its own, which is not that of what it installs.
    let of_chart = sources.chart.clone().filter(|_| !has_image);
    let named = notified.label("shipmate_version");
    let known = named.or_else(|| if of_image.is_none() { sources.tag.clone() } else { None }).or(of_image).or(of_chart);
    let of_commit = sources.commits.first().filter(|_| known.is_none());
    let version = match (known, of_commit, &sources.chart) {
        (Some(known), ..) => known,
        (None, ..) if !there && status == Status::Started && has_image => {
            return Ok(Read::Ignored("which version it brings is known once its images are there"));
        }
        (None, _, Some(chart)) => format!("chart {chart}"),
        (None, Some(commit), None) => short(commit),
        (None, None, None) if status == Status::Failed => UNKNOWN.to_owned(),
        (None, None, None) => return Err(vec!["neither `images` nor `revision` says which version it is".to_owned()]),
    };
    // Beside an image or a chart, the commit is one of the manifests or the values.
    let commit = of_commit.filter(|_| sources.single).cloned();
    let digest = digest.filter(|_| there);
    let at = if phase == "Running" { &notified.started } else { &notified.finished };
    let at = at.as_deref().and_then(moment);
    // How an application fares may change long after its sync.
    let fares = there && ["Degraded", "Healthy"].contains(&health);
    let since = notified.health_since.as_deref().and_then(moment).filter(|_| fares);
    let at = at.max(since);
    let id = at.map(|at| format!("{app}/{}", at.timestamp()));
    let url = notified.url.as_deref().and_then(name);
    reports(vec![Deploy {
        reported_by: None,
        project,
        environment,
        version,
        status,
        commit,
        digest,
        config_digest: None,
        url,
        id,
        at,
    }])
}
