//! CloudEvents, structured, in batches and binary, that carry CDEvents: deploys of services, and incidents.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Read, Reports,
    text::{artifact, is_version, moment, name},
};
use crate::domain::{
    deploy::report::{Deploy, Status},
    incident::alert::{Alert, Group, Nature, PROJECT},
};

/// An event that can be sent as it stands, with the content type `application/cloudevents+json`.
pub(super) const EXAMPLE: &str = r#"{"specversion": "1.0", "id": "271069a8-fc18-44f1-b38f-9d70a1695819", "source": "/ci/acme", "type": "dev.cdevents.service.deployed.0.2.0", "time": "2026-03-02T15:04:05Z", "datacontenttype": "application/json", "data": {"context": {"version": "0.4.0", "id": "271069a8-fc18-44f1-b38f-9d70a1695819", "source": "/ci/acme", "type": "dev.cdevents.service.deployed.0.2.0", "timestamp": "2026-03-02T15:04:05Z"}, "subject": {"id": "api", "source": "/ci/acme", "type": "service", "content": {"environment": {"id": "production"}, "artifactId": "pkg:oci/api@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427?tag=2.2.0"}}}}"#;

#[derive(Deserialize)]
struct CloudEvent {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    time: Option<String>,
    data: Option<Value>,
}

#[derive(Deserialize)]
struct Data {
    context: Option<EventContext>,
    subject: EventSubject,
    #[serde(rename = "customData")]
    custom: Option<Value>,
}

#[derive(Deserialize)]
struct EventContext {
    timestamp: Option<String>,
}

#[derive(Deserialize)]
struct EventSubject {
    id: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    content: SubjectContent,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubjectContent {
    environment: Option<NamedById>,
    service: Option<NamedById>,
    artifact_id: Option<String>,
    outcome: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct NamedById {
    id: String,
}

/// Reads a delivery: one event, or a batch.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Read, Vec<String>> {
    let not_one = |problem: serde_json::Error| vec![format!("it is not a CloudEvent: {problem}")];
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = header("content-type").unwrap_or_default();
    let events: Vec<Result<CloudEvent, Vec<String>>> = if content_type.starts_with("application/cloudevents-batch+json")
    {
        let events: Vec<Value> = serde_json::from_slice(body).map_err(not_one)?;
        events.into_iter().map(|event| serde_json::from_value(event).map_err(not_one)).collect()
    } else if let Some(specversion) = header("ce-specversion") {
        let required =
            |name: &str| header(name).map(str::to_owned).ok_or_else(|| vec![format!("the header `{name}` is missing")]);
        let kind = required("ce-type")?;
        // What is of no concern may carry anything: a picture, or nothing.
        let data = concern(&kind).map(|_| serde_json::from_slice(body).map_err(not_one)).transpose()?;
        vec![Ok(CloudEvent {
            specversion: specversion.to_owned(),
            id: required("ce-id")?,
            source: required("ce-source")?,
            kind,
            time: header("ce-time").map(str::to_owned),
            data,
        })]
    } else {
        vec![serde_json::from_slice(body).map_err(not_one)]
    };
    let batch = events.len() > 1;
    let (mut all, mut mistakes) = (Reports::default(), vec![]);
    for (nth, event) in events.into_iter().enumerate() {
        match event.and_then(reports) {
            Ok(Some(reports)) => {
                all.deploys.extend(reports.deploys);
                all.rolled_back.extend(reports.rolled_back);
                all.groups.extend(reports.groups);
            }
            Ok(None) => {}
            // The others of a batch are as good as they would be alone.
            Err(wrong) if batch => mistakes.extend(wrong.iter().map(|wrong| format!("event {}: {wrong}", nth + 1))),
            Err(wrong) => return Err(wrong),
        }
    }
    match (all == Reports::default(), mistakes.is_empty()) {
        (true, true) => Ok(Read::Ignored("only deploys of services and incidents are of concern")),
        (true, false) => Err(mistakes),
        (false, true) => Ok(Read::Reports(all)),
        (false, false) => Ok(Read::Partly(all, mistakes)),
    }
}

/// What an event is about and what happened, if it may be of concern.
fn concern(kind: &str) -> Option<(&str, &str)> {
    let mut words = kind.strip_prefix("dev.cdevents.")?.split('.');
    let (subject, predicate) = (words.next()?, words.next()?);
    ["service", "deployment", "incident"].contains(&subject).then_some((subject, predicate))
}

fn reports(event: CloudEvent) -> Result<Option<Reports>, Vec<String>> {
    let CloudEvent { specversion, id, source, kind, time, data } = event;
    let Some((subject, predicate)) = concern(&kind) else { return Ok(None) };
    if specversion != "1.0" {
        return Err(vec![format!("`specversion` is `{specversion}`; only 1.0 is understood")]);
    }
    let data = data.ok_or_else(|| vec!["`data` is missing".to_owned()])?;
    let data: Data =
        serde_json::from_value(data).map_err(|problem| vec![format!("`data` is not a CDEvent: {problem}")])?;
    let said = time.or_else(|| data.context.as_ref()?.timestamp.clone());
    let at = said.as_deref().and_then(moment);
    if subject == "incident" {
        let group = incident(predicate, &data, at.unwrap_or_default());
        return Ok(group.map(|group| Reports { groups: vec![group], ..Reports::default() }));
    }
    let failed = |word: &str| word != "success" && word != "succeeded";
    let outcome = data.subject.content.outcome.as_deref();
    let status = match (subject, predicate) {
        ("service", "deployed" | "upgraded") => Status::Succeeded,
        ("service", "rolledback") => Status::RolledBack,
        ("deployment", "started") => Status::Started,
        ("deployment", "finished") if outcome.is_some_and(|word| word.starts_with("cancel")) => Status::Cancelled,
        ("deployment", "finished") if outcome.is_some_and(failed) => Status::Failed,
        ("deployment", "finished") => Status::Succeeded,
        _ => return Ok(None),
    };
    let environment = data.subject.content.environment.as_ref().and_then(|environment| name(&environment.id));
    let environment = environment.ok_or_else(|| vec!["`subject.content.environment.id` is missing".to_owned()])?;
    let (version, digest) = version(&data);
    let version = version.ok_or_else(|| vec!["`subject.content.artifactId` is missing".to_owned()])?;
    let project = custom(&data, "shipmate_project").or_else(|| name(&data.subject.id));
    let project = project.ok_or_else(|| vec!["`subject.id` is empty".to_owned()])?;
    let id = name(&format!("{source}#{id}"));
    let (commit, config_digest, url) = (custom(&data, "commit"), custom(&data, "config-digest"), custom(&data, "url"));
    let deploy =
        Deploy { reported_by: None, project, environment, version, status, commit, digest, config_digest, url, id, at };
    // The artifact of this event is the one that runs again.
    Ok(Some(Reports::of(deploy)))
}

/// What is deployed: as its own data say, or as its artifact is called.
fn version(data: &Data) -> (Option<String>, Option<String>) {
    let (tag, digest) = data.subject.content.artifact_id.as_deref().map(artifact).unwrap_or_default();
    let named = data.subject.content.artifact_id.as_deref().filter(|named| is_version(named)).map(str::to_owned);
    let of_digest = digest.as_deref().and_then(|digest| digest.split(':').nth(1)).map(super::text::short);
    (custom(data, "version").or(tag).or(named).or(of_digest), digest)
}

fn custom(data: &Data, key: &str) -> Option<String> {
    name(data.custom.as_ref()?.get(key)?.as_str()?)
}

fn incident(predicate: &str, data: &Data, at: chrono::DateTime<chrono::Utc>) -> Option<Group> {
    let over = match predicate {
        "detected" | "reported" => false,
        "resolved" => true,
        _ => return None,
    };
    let EventSubject { id, source, content } = &data.subject;
    let project = custom(data, "shipmate_project").or_else(|| name(&content.service.as_ref()?.id));
    let description = content.description.as_deref().unwrap_or("An incident");
    let mut labels =
        BTreeMap::from([("alertname".to_owned(), description.to_owned()), ("incident".to_owned(), id.clone())]);
    let more = [
        (PROJECT, project),
        ("environment", content.environment.as_ref().and_then(|environment| name(&environment.id))),
        ("version", version(data).0),
    ];
    labels.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    let alert = Alert::new(id, over, labels, "", at);
    Some(Group::of_one(&format!("cdevents:{source}:{id}"), alert, "", Nature::Incident))
}
