//! What others' servers send: every sender's reports, and GitHub's webhooks.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use proptest::{collection::vec, prelude::*};
use shipmate::{
    domain::time::far,
    github::event,
    reports::{
        Reports,
        read::{Read, SENDERS, Sender},
    },
};

use super::{
    cases,
    near::{near, scraps},
};

const PIPELINE: &str = r#"{"object_kind": "pipeline", "object_attributes": {"id": 31, "ref": "main", "tag": false, "sha": "bcbb5ec396a2c0f828686f14fac9b80b780504f2", "status": "failed", "created_at": "2016-08-12 15:23:28 UTC", "finished_at": "2016-08-12 15:26:29 UTC", "url": "https://gitlab.example.com/-/pipelines/31"}, "project": {"path_with_namespace": "acme/api", "default_branch": "main"}, "builds": [{"id": 380, "name": "production", "status": "success", "started_at": "2016-08-12 15:24:28 UTC", "finished_at": "2016-08-12 15:26:12 UTC", "environment": {"name": "production", "action": "start"}}]}"#;
const MERGED: &str = r#"{"object_kind": "merge_request", "project": {"path_with_namespace": "acme/api"}, "object_attributes": {"iid": 1, "title": "Round the total", "url": "https://x.test/1", "action": "merge", "updated_at": "2026-03-02 15:04:05 UTC", "last_commit": {"author": {"name": "ann"}}}}"#;
const BATCH: &str = r#"[{"specversion": "1.0", "id": "a", "source": "/ci", "type": "dev.cdevents.incident.detected.0.3.0", "time": "2026-03-02T15:04:05Z", "data": {"subject": {"id": "i-1", "content": {"description": "down", "environment": {"id": "production"}, "service": {"id": "api"}}}}}, {"specversion": "1.0", "id": "b", "source": "/ci", "type": "dev.cdevents.service.rolledback.0.2.0", "data": {"subject": {"id": "api", "content": {"environment": {"id": "production"}, "artifactId": "pkg:oci/api@2.1.0"}}}}]"#;

/// Bodies for a sender: its example, and what else it sends.
fn bodies(sender: &Sender) -> Vec<String> {
    let more: &[&str] = match sender.name {
        "gitlab" => &[PIPELINE, MERGED],
        "cloudevents" => &[BATCH],
        _ => &[],
    };
    [&sender.example].into_iter().chain(more).map(|body| (*body).to_owned()).collect()
}

/// Headers of the three ways in which a CloudEvent comes.
fn headers() -> impl Strategy<Value = HeaderMap> {
    let binary = ["ce-specversion: 1.0", "ce-id: a", "ce-source: /ci", "ce-type: dev.cdevents.service.deployed.0.2.0"];
    let kind = prop::sample::select(vec!["application/json", "application/cloudevents-batch+json"]);
    (kind, vec(near(binary), 0..5)).prop_map(|(kind, lines)| {
        let content_type = HeaderValue::from_static(kind);
        let read = |line: String| {
            let (name, value) = line.split_once(": ")?;
            Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
        };
        let all = lines.into_iter().filter_map(read);
        all.chain([(HeaderName::from_static("content-type"), content_type)]).collect()
    })
}

/// What is taken over can be shown and put in order.
fn is_sound(reports: &Reports) -> Result<(), TestCaseError> {
    for deploy in reports.deploys.iter().chain(&reports.quiet).chain(&reports.rolled_back) {
        prop_assert!(deploy.at.is_none_or(|at| far::meant(at).is_some()), "{deploy:?}");
        prop_assert!(!deploy.environment.trim().is_empty() && !deploy.version.is_empty(), "{deploy:?}");
        let stored = serde_json::to_string(deploy).unwrap();
        prop_assert_eq!(&serde_json::from_str::<shipmate::domain::deploy::report::Deploy>(&stored).unwrap(), deploy);
    }
    for alert in reports.groups.iter().flat_map(|group| &group.alerts) {
        prop_assert!(far::meant(alert.starts_at).is_some(), "{alert:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(4096))]

    #[test]
    fn whatever_a_sender_sends_is_read_or_refused(
        (sender, body) in (0..SENDERS.len()).prop_flat_map(|nth| {
            (Just(nth), prop_oneof![8 => near(bodies(&SENDERS[nth])), 1 => scraps()])
        }),
        headers in headers(),
    ) {
        match (SENDERS[sender].read)(&headers, body.as_bytes()) {
            Ok(Read::Reports(reports)) => is_sound(&reports)?,
            Ok(Read::Partly(reports, wrong)) => {
                is_sound(&reports)?;
                prop_assert!(!wrong.is_empty());
            }
            Ok(Read::Ignored(why)) => prop_assert!(!why.is_empty()),
            Err(wrong) => prop_assert!(!wrong.is_empty() && wrong.iter().all(|wrong| !wrong.is_empty())),
        }
    }

    #[test]
    fn whatever_bytes_a_sender_sends_are_refused(nth in 0..SENDERS.len(), body in vec(any::<u8>(), 0..200)) {
        let _read = (SENDERS[nth].read)(&HeaderMap::new(), &body);
    }

    #[test]
    fn whatever_github_sends_is_an_event_or_refused(
        kind in prop::sample::select(vec![
            "ping", "pull_request", "push", "create", "workflow_run", "workflow_job", "check_run", "check_suite", "status",
            "merge_group", "deployment_status", "release", "",
        ]),
        body in near([
            r#"{"action": "opened", "repository": {"full_name": "acme/api"}, "pull_request": {"number": 7, "head": {"ref": "x"}, "base": {"ref": "main"}, "merged": false}}"#,
            r#"{"ref": "refs/heads/main", "before": "0000", "after": "1111", "head_commit": {"message": "x"}, "repository": {"full_name": "acme/api"}}"#,
            r#"{"deployment_status": {"state": "success", "environment": "production", "description": "digest=sha256:0b31", "created_at": "2026-03-02T15:04:05Z", "target_url": "https://github.com/acme/api/actions/runs/7"}, "deployment": {"id": 1, "sha": "1111", "ref": "v2.2.0", "environment": "production", "payload": "{\"version\": \"2.2.0\"}"}}"#,
            r#"{"workflow_run": {"id": 7, "head_branch": null}, "workflow_job": {"run_id": 7}, "check_run": {"head_sha": "1111"}, "sha": "1111", "context": "ci", "state": "success"}"#,
        ]),
    ) {
        match event::read(kind, body.as_bytes()) {
            Ok(event) => prop_assert_eq!(event.kind, kind),
            Err(told) => prop_assert!(!told.is_empty()),
        }
    }
}
