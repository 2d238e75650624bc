//! What real senders send is read as it is meant.

#![allow(clippy::unwrap_used)]

use axum::http::{HeaderMap, HeaderValue};

use super::*;
use crate::domain::{deploy::report::Deploy, incident::alert::Group};

fn sender(name: &str) -> &'static Sender {
    SENDERS.iter().find(|sender| sender.name == name).unwrap()
}

fn read(name: &str, body: &str) -> Read {
    (sender(name).read)(&HeaderMap::new(), body.as_bytes()).unwrap()
}

fn reports_of(name: &str, body: &str) -> Reports {
    match read(name, body) {
        Read::Reports(reports) => reports,
        other => panic!("not taken: {other:?}"),
    }
}

/// A deploy in one line.
fn told(deploy: &Deploy) -> String {
    let Deploy { project, environment, version, status, .. } = deploy;
    let at = deploy.at.map(|at| at.format(" at %d %b %H:%M:%S").to_string()).unwrap_or_default();
    let more = [("commit", &deploy.commit), ("digest", &deploy.digest), ("config", &deploy.config_digest)];
    let more = more.iter().filter_map(|(name, value)| Some(format!(", {name} {}", value.as_ref()?)));
    format!("{project} {version} {} in {environment}{at}{}", status.name(), more.collect::<String>())
}

fn deployed(name: &str, body: &str) -> String {
    let reports = reports_of(name, body);
    let back = reports.rolled_back.iter().map(|one| format!("back to: {}", told(one)));
    let quiet = reports.quiet.iter().map(|one| format!("quietly: {}", told(one)));
    reports.deploys.iter().map(told).chain(quiet).chain(back).collect::<Vec<_>>().join("; ")
}

fn ignored(name: &str, body: &str) -> &'static str {
    match read(name, body) {
        Read::Ignored(why) => why,
        other => panic!("taken: {other:?}"),
    }
}

#[test]
fn every_example_can_be_read_and_nonsense_is_refused() {
    let all: Vec<String> = SENDERS
        .iter()
        .map(|sender| {
            for nonsense in ["", "{", "[]", "{}", "null", "\"x\"", "{\"object_kind\": 7}"] {
                assert!(
                    (sender.read)(&HeaderMap::new(), nonsense.as_bytes()).is_err(),
                    "{} takes {nonsense}",
                    sender.name
                );
            }
            let reports = reports_of(sender.name, sender.example);
            let groups = reports
                .groups
                .iter()
                .map(|group| format!("{} of {:?}", group.group_key, group.label("shipmate_project")));
            let deploys = reports.deploys.iter().map(told);
            format!("{}: {}", sender.name, deploys.chain(groups).collect::<Vec<_>>().join("; "))
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn gitlab_tells_of_deployments_pipelines_and_merge_requests() {
    let deployment = r#"{"object_kind": "deployment", "status": "STATUS", "status_changed_at":"2021-04-28 21:50:00 +0200",
        "deployment_id": 15, "deployable_id": 796, "deployable_url": "http://10.126.0.2:3000/root/test/-/jobs/796",
        "environment": "staging", "environment_tier": "staging", "environment_slug": "staging",
        "project": {"id": 30, "path_with_namespace": "root/test", "default_branch": "master"}, "short_sha": "279484c0",
        "user": {"id": 1, "username": "root"}, "commit_title": "Add new file",
        "commit_url": "http://10.126.0.2:3000/root/test/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468"}"#;
    let of = |status: &str| deployed("gitlab", &deployment.replace("STATUS", status));
    insta::assert_snapshot!(of("success"), @"quietly: root/test 279484c0 succeeded in staging at 28 Apr 19:50:00, commit 279484c09fbe69ededfced8c1bb6e6d24616b468");
    assert!(of("canceled").contains(" cancelled in") && of("running").contains(" started in"));
    // Those of GitLab's documentation that neither began nor ended: waiting for an approval, for a click, or left out.
    for status in ["created", "blocked", "manual", "skipped"] {
        ignored("gitlab", &deployment.replace("STATUS", status));
    }
    ignored("gitlab", r#"{"object_kind": "note", "object_attributes": {"note": "This MR needs work."}}"#);

    let build = |name: &str, status: &str, at: &str, environment: &str| {
        format!(
            r#"{{"id": 380, "stage": "deploy", "name": "{name}", "status": "{status}", "started_at": {at}, "finished_at": {at},
               "allow_failure": false, "environment": {environment}}}"#
        )
    };
    let builds = [
        build("deploy", "success", "\"2016-08-12 15:26:29 UTC\"", r#"{"name": "staging", "action": "start"}"#),
        build("later", "created", "null", r#"{"name": "production", "action": "start"}"#),
        build("stop", "success", "null", r#"{"name": "review/x", "action": "stop"}"#),
        build("test", "failed", "null", "null"),
    ];
    let pipeline = format!(
        r#"{{"object_kind": "pipeline", "object_attributes": {{"id": 31, "ref": "master", "tag": false, "status": "failed",
           "sha": "bcbb5ec396a2c0f828686f14fac9b80b780504f2", "created_at": "2016-08-12 15:23:28 UTC",
           "url": "http://example.com/x/-/pipelines/31"}}, "project": {{"path_with_namespace": "gitlab-org/gitlab-test",
           "default_branch": "master"}}, "builds": [{}]}}"#,
        builds.join(",")
    );
    insta::assert_snapshot!(deployed("gitlab", &pipeline), @"quietly: gitlab-org/gitlab-test bcbb5ec3 succeeded in staging at 12 Aug 15:26:29, commit bcbb5ec396a2c0f828686f14fac9b80b780504f2");
    let group = |body: &str| -> Vec<Group> { reports_of("gitlab", body).groups };
    assert_eq!(group(&pipeline)[0].label("alertname"), Some("The pipeline of master failed"));
    let tagged = pipeline.replace("\"ref\": \"master\", \"tag\": false", "\"ref\": \"v2.2.0\", \"tag\": true");
    assert!(deployed("gitlab", &tagged).starts_with("gitlab-org/gitlab-test v2.2.0 succeeded"));
    let stopped =
        reports_of("gitlab", &pipeline.replace("\"stop\"", "\"start\"").replace("\"start\"}", "\"stop\"}")).stopped;
    assert_eq!(stopped.first().map(|one| one.environment.as_str()), Some("staging"));
    let ended = |made: &str, ended: &str| {
        let at = format!("\"finished_at\": \"2016-08-12 {ended} UTC\", \"created_at\": \"2016-08-12 {made} UTC\"");
        group(&pipeline.replace("\"created_at\": \"2016-08-12 15:23:28 UTC\"", &at))[0].alerts[0].starts_at
    };
    assert!(ended("15:00:00", "15:30:00") > ended("15:00:00", "15:10:00"), "a job of it was run again");
    assert!(ended("15:00:00", "19:30:00") < ended("15:00:01", "15:10:00"), "the later pipeline counts");
    let elsewhere = pipeline.replace("\"ref\": \"master\"", "\"ref\": \"topic\"");
    assert!(group(&elsewhere).is_empty(), "who builds on a topic looks at it themselves");

    let merged = r#"{"object_kind": "merge_request", "project": {"path_with_namespace": "acme/api"}, "object_attributes":
        {"iid": 7, "title": "MS-Viewport", "url": "http://example.com/diaspora/merge_requests/7", "action": "merge",
         "updated_at": "2026-03-02 08:00:00 UTC", "last_commit": {"author": {"name": "Dana"}}}}"#;
    let found = reports_of("gitlab", merged).merged;
    assert_eq!((found[0].name.as_str(), found[0].author.as_str(), found.len()), ("!7", "Dana", 1));
    ignored("gitlab", &merged.replace("\"merge\"", "\"update\""));
}

/// What Argo CD sends of an application of ours in production, with these values over what it mostly is.
fn argo(more: &[(&str, serde_json::Value)]) -> String {
    let mut body = serde_json::json!({
        "app": "api-production", "labels": {"shipmate_project": "api", "shipmate_environment": "production"},
        "namespace": "production", "phase": "Succeeded", "health": "Healthy", "health_since": "2026-03-02T15:04:05Z",
        "revision": "279484c09fbe69ededfced8c1bb6e6d24616b468", "revisions": null, "synced": null, "synced_all": null,
        "chart": null, "charts": [], "dry_run": null, "images": ["ghcr.io/acme/api:2.2.0"],
        "started": "2026-03-02T15:03:00Z", "finished": "2026-03-02T15:04:05Z", "url": "https://argocd.example.com/x",
    });
    more.iter().for_each(|(key, value)| body[*key] = value.clone());
    body.to_string()
}

fn argo_told(more: &[(&str, serde_json::Value)]) -> String {
    let body = argo(more);
    match (sender("argocd").read)(&HeaderMap::new(), body.as_bytes()) {
        Ok(Read::Reports(reports)) => reports.deploys.iter().map(told).collect(),
        Ok(Read::Ignored(why)) => format!("left alone: {why}"),
        Ok(Read::Partly(..)) => "in part".to_owned(),
        Err(mistakes) => mistakes.join("; "),
    }
}

#[test]
fn argocd_tells_of_one_source_of_several_and_of_charts() {
    use serde_json::{Value, json};
    let (git, values) = ("279484c09fbe69ededfced8c1bb6e6d24616b468", "731f7eaddfb6af01cb2173e18f0f75b0ba780ef1");
    let several = |images: &[&str]| {
        vec![
            ("revision", json!("")),
            ("revisions", json!(["6.3.5", values])),
            ("charts", json!(["podinfo", null])),
            ("images", json!(images)),
        ]
    };
    let with = |mut base: Vec<(&'static str, Value)>, more: &[(&'static str, Value)]| {
        base.extend_from_slice(more);
        argo_told(&base)
    };
    let phase = |phase: &str| ("phase", json!(phase));
    let none = || vec![("images", Value::Null)];
    let told = [
        ("one source, an image", argo_told(&[])),
        ("one source, no image of ours", argo_told(&[("images", json!(["redis:7.2", "busybox:1.36"]))])),
        ("one source, no image", with(none(), &[])),
        ("an image by its digest", argo_told(&[("images", json!(["ghcr.io/acme/api@sha256:0b31"]))])),
        ("a tag", with(none(), &[("revision", json!("v2.2.0"))])),
        ("what was asked for turned out to be", with(none(), &[("revision", json!("HEAD")), ("synced", json!(git))])),
        ("several, an image", with(several(&["redis:7.2", "ghcr.io/acme/api:2.2.0"]), &[])),
        ("several, an image, has begun", with(several(&["ghcr.io/acme/api:2.1.1"]), &[phase("Running")])),
        ("several, an image, failed", with(several(&["ghcr.io/acme/api:2.1.1"]), &[phase("Failed")])),
        ("several, a chart of others", with(several(&["redis:7.2", "busybox:1.36"]), &[])),
        ("several, a chart, has begun", with(several(&[]), &[phase("Running")])),
        (
            "several in git",
            argo_told(&[("revision", json!("")), ("revisions", json!([git, values])), ("images", json!([]))]),
        ),
        ("several in git, one a tag", with(none(), &[("synced_all", json!([values, "v2.2.0"]))])),
        ("a chart, an image", argo_told(&[("revision", json!("6.3.5")), ("chart", json!("api"))])),
        (
            "a chart, an image, failed",
            argo_told(&[("revision", json!("6.3.5")), ("chart", json!("api")), phase("Error")]),
        ),
        ("a chart", with(none(), &[("revision", json!("6.3.5")), ("chart", json!("api"))])),
        ("a dry run by hand", argo_told(&[("dry_run", json!(true))])),
        ("works not yet", argo_told(&[("health", json!("Progressing"))])),
        ("failed by hand, of nothing", with(none(), &[("revision", Value::Null), phase("Failed")])),
        ("never synchronised", argo_told(&[("phase", Value::Null), ("revision", Value::Null)])),
        ("no labels, one namespace", argo_told(&[("labels", Value::Null)])),
        ("no labels, no namespace", argo_told(&[("labels", Value::Null), ("namespace", Value::Null)])),
    ];
    insta::assert_snapshot!(told.map(|(what, told)| format!("{what}: {told}")).join("\n"));
}

#[test]
fn argocd_tells_by_our_template() {
    let body = |phase: &str, health: &str| argocd::EXAMPLE.replace("Succeeded", phase).replace("Healthy", health);
    insta::assert_snapshot!(deployed("argocd", &body("Succeeded", "Healthy")), @"api 2.2.0 succeeded in production at 02 Mar 15:04:05");
    assert!(deployed("argocd", &body("Succeeded", "Degraded")).contains(" failed in "));
    let why = ignored("argocd", &body("Running", "Progressing"));
    assert!(why.contains("once its images are there"), "the images are those of the version before");
    let tagged = |phase: &str| {
        deployed("argocd", &body(phase, "").replace("279484c09fbe69ededfced8c1bb6e6d24616b468", "v2.3.0"))
    };
    assert_eq!(tagged("Running"), "api v2.3.0 started in production at 02 Mar 15:03:00");
    assert_eq!(tagged("Failed"), "api v2.3.0 failed in production at 02 Mar 15:04:05");
    assert!(tagged("Succeeded").starts_with("api 2.2.0 succeeded"));
    assert!(deployed("argocd", &body("Error", "")).starts_with("api 279484c0 failed in "));
    let later = |health: &str| {
        body("Succeeded", health)
            .replace("\"health_since\": \"2026-03-02T15:04:05Z\"", "\"health_since\": \"2026-03-02T18:00:00Z\"")
    };
    assert!(deployed("argocd", &later("Degraded")).contains("2.2.0 failed in production at 02 Mar 18:00:00"));
    assert!(deployed("argocd", &later("Healthy")).contains("2.2.0 succeeded in production at 02 Mar 18:00:00"));
    assert!(deployed("argocd", &later("Progressing")).contains("started in production at 02 Mar 15:04:05"));
    ignored("argocd", r#"{"app": "api", "labels": null, "phase": null}"#);
    let bare = r#"{"app": "api", "labels": null, "namespace": "qa", "phase": "Succeeded", "revision": "279484c09fbe"}"#;
    assert_eq!(deployed("argocd", bare), "api 279484c0 succeeded in qa, commit 279484c09fbe");
}

#[test]
fn what_is_of_no_concern_is_left_alone_and_what_was_meant_is_not() {
    // What GitLab's system hooks and groups tell, shortened: https://docs.gitlab.com/administration/system_hooks/
    let gitlab = [
        r#"{"created_at": "2012-07-21T07:30:54Z", "event_name": "project_create", "name": "StoreCloud", "project_id": 74}"#,
        r#"{"event_name": "user_add_to_group", "group_access": "Maintainer", "group_name": "StoreCloud", "user_id": 41}"#,
        r#"{"event_name": "subgroup_create", "name": "SubGroup", "path": "subgroup1", "parent_group_id": 10}"#,
        r#"{"event_name": "push", "before": "95790b", "after": "da1560", "ref": "refs/heads/master", "project": {}}"#,
        r#"{"event_name": "repository_update", "user_id": 1, "project_id": 1, "changes": [], "refs": ["refs/heads/master"]}"#,
        r#"{"object_kind": "access_token", "event_name": "expiring_access_token", "group": {"group_name": "Twitter"}}"#,
        r#"{"object_kind": "build", "build_status": "failed", "environment": null}"#,
        r#"{"object_kind": "release", "action": "create", "tag": "v1.1"}"#,
        r#"{"object_kind": "merge_request", "project": {"path_with_namespace": "a/b"}, "object_attributes": {"iid": 1, "action": "open"}}"#,
    ];
    for body in gitlab {
        ignored("gitlab", body);
    }
    let wrong = |name: &str, body: &str| (sender(name).read)(&HeaderMap::new(), body.as_bytes()).unwrap_err();
    assert!(wrong("gitlab", r#"{"object_kind": "deployment", "status": "success"}"#)[0].contains("missing field"));
    assert!(wrong("gitlab", r#"{"name": "x"}"#)[0].contains("`object_kind` is missing"));
    for kind in ["GitRepository", "Bucket", "Terraform"] {
        ignored("flux", &format!(r#"{{"involvedObject": {{"kind": "{kind}"}}, "message": "m"}}"#));
    }
    assert!(wrong("flux", r#"{"message": "m"}"#)[0].contains("involvedObject"));
    ignored("cloudevents", r#"{"specversion": "0.3", "id": "1", "source": "/x", "type": "com.github.push"}"#);
    let binary = [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/x"), ("ce-type", "org.example.picture")];
    let headers =
        HeaderMap::from_iter(binary.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))));
    assert!(matches!((sender("cloudevents").read)(&headers, b"\xff\xd8\xff"), Ok(Read::Ignored(_))), "it is no JSON");
    let newer = r#"{"specversion": "2.0", "id": "1", "source": "/x", "type": "dev.cdevents.service.deployed.0.2.0"}"#;
    assert!(wrong("cloudevents", newer)[0].contains("only 1.0"));
}

#[test]
fn flux_tells_of_kustomizations_and_helm_releases() {
    let event = |kind: &str, severity: &str, reason: &str, key: &str, revision: &str| {
        format!(
            r#"{{"involvedObject": {{"apiVersion": "x/v1", "kind": "{kind}", "name": "webapp", "namespace": "apps"}},
               "metadata": {{"{key}": "{revision}"}}, "severity": "{severity}", "reason": "{reason}", "message": "m",
               "reportingController": "c", "timestamp": "2022-10-28T07:26:19Z"}}"#
        )
    };
    let group = "kustomize.toolkit.fluxcd.io/revision";
    let failed =
        event("Kustomization", "error", "ValidationFailed", group, "main/731f7eaddfb6af01cb2173e18f0f75b0ba780ef1");
    insta::assert_snapshot!(deployed("flux", &failed), @"webapp 731f7ead failed in apps at 28 Oct 07:26:19, commit 731f7eaddfb6af01cb2173e18f0f75b0ba780ef1");
    let tagged = event(
        "Kustomization",
        "info",
        "ReconciliationSucceeded",
        "revision",
        "v2.2.0@sha1:731f7eaddfb6af01cb2173e18f0f75b0ba780ef1",
    );
    assert!(deployed("flux", &tagged).starts_with("webapp v2.2.0 succeeded in apps"));
    let back = event("HelmRelease", "info", "RollbackSucceeded", "helm.toolkit.fluxcd.io/revision", "6.3.5");
    assert!(
        deployed("flux", &back).starts_with("back to: webapp 6.3.5 rolled-back in apps"),
        "{}",
        deployed("flux", &back)
    );
    ignored("flux", &event("GitRepository", "info", "NewArtifact", "revision", "main@sha1:731f7ead"));
    ignored("flux", &event("Kustomization", "info", "DependencyNotReady", "revision", "main@sha1:731f7ead"));
}

/// A CDEvent as the data of a CloudEvent.
fn cdevent(kind: &str, artifact: &str) -> String {
    format!(
        r#"{{"context": {{"version": "0.4.0", "id": "271069a8", "source": "/event/source/123", "type": "{kind}",
           "timestamp": "2023-03-20T14:27:05.315384Z"}}, "subject": {{"id": "mySubject123", "source": "/event/source/123",
           "type": "service", "content": {{"environment": {{"id": "test123"}}, "artifactId": "{artifact}",
           "outcome": "failure", "description": "Response time above threshold of 100ms", "service": {{"id": "myApp"}}}}}}}}"#
    )
}

fn structured(kind: &str, artifact: &str) -> String {
    let data = cdevent(kind, artifact);
    format!(r#"{{"specversion": "1.0", "id": "1", "source": "/ci", "type": "{kind}", "data": {data}}}"#)
}

#[test]
fn cloudevents_carry_cdevents_structured_binary_and_in_batches() {
    let (artifact, deployed_kind) =
        ("pkg:oci/myapp@sha256%3A0b31b1c0?tag=1.4.0", "dev.cdevents.service.deployed.0.2.0");
    insta::assert_snapshot!(deployed("cloudevents", &structured(deployed_kind, artifact)), @"mySubject123 1.4.0 succeeded in test123 at 20 Mar 14:27:05, digest sha256:0b31b1c0");
    let of = |kind: &str| deployed("cloudevents", &structured(kind, artifact));
    assert!(of("dev.cdevents.service.upgraded.0.2.0").contains(" succeeded in "));
    assert!(of("dev.cdevents.service.rolledback.0.3.0-draft").starts_with("back to: mySubject123 1.4.0"));
    assert!(of("dev.cdevents.deployment.started.0.1.0").contains(" started in "));
    assert!(of("dev.cdevents.deployment.finished.0.1.0").contains(" failed in "));
    for other in ["dev.cdevents.environment.created.0.2.0", "dev.cdevents.service.removed.0.3.0", "com.github.push"] {
        ignored("cloudevents", &structured(other, artifact));
    }
    let detected = reports_of("cloudevents", &structured("dev.cdevents.incident.detected.0.3.0", artifact)).groups;
    assert_eq!(detected[0].label("shipmate_project"), Some("myApp"));
    assert_eq!((detected[0].environment(), detected[0].deployed_version()), (Some("test123"), Some("1.4.0")));

    let headers = |pairs: &[(&'static str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()));
        HeaderMap::from_iter(pairs)
    };
    let binary =
        headers(&[("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/ci"), ("ce-type", deployed_kind)]);
    let read = |headers: &HeaderMap, body: &str| (sender("cloudevents").read)(headers, body.as_bytes());
    let Read::Reports(reports) = read(&binary, &cdevent(deployed_kind, artifact)).unwrap() else { panic!("ignored") };
    assert_eq!((told(&reports.deploys[0]).len() > 20, reports.deploys[0].id.as_deref()), (true, Some("/ci#1")));
    let incomplete = headers(&[("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-type", deployed_kind)]);
    assert_eq!(read(&incomplete, "{}").unwrap_err(), ["the header `ce-source` is missing"]);
    let batch = headers(&[("content-type", "application/cloudevents-batch+json; charset=utf-8")]);
    let two = format!("[{}, {}]", structured(deployed_kind, artifact), structured("com.github.push", artifact));
    let Read::Reports(reports) = read(&batch, &two).unwrap() else { panic!("ignored") };
    assert_eq!(reports.deploys.len(), 1);
    let newer = structured(deployed_kind, artifact).replace("\"1.0\"", "\"2.0\"");
    assert!(read(&HeaderMap::new(), &newer).unwrap_err()[0].contains("only 1.0"));
}

#[test]
fn grafana_has_groups_of_its_own() {
    let group = &reports_of("grafana", grafana::EXAMPLE).groups[0];
    assert!(group.group_key.starts_with("grafana:{}"));
    assert!((sender("grafana").read)(&HeaderMap::new(), alert::EXAMPLE.as_bytes()).is_err(), "another's version");
}

#[test]
fn a_time_that_nobody_can_mean_is_no_time_of_a_report() {
    for far in ["9999-12-31T23:59:59Z", "+262142-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1772463845"] {
        for sender in &SENDERS {
            // Both ways in which a moment is written in the examples.
            let body = sender.example.replace("2026-03-02T15:04:05Z", far);
            let body = body.replace("2026-03-02 15:04:05 +0000", &far.replace('T', " ").replace('Z', " +0000"));
            let alerting = sender.example.contains("startsAt");
            match (sender.read)(&HeaderMap::new(), body.as_bytes()) {
                Ok(Read::Reports(reports)) => {
                    assert!(reports.deploys.iter().all(|deploy| deploy.at.is_none()), "{}: {far}", sender.name);
                    let alerts = reports.groups.iter().flat_map(|group| &group.alerts);
                    let began: Vec<i64> = alerts.map(|alert| alert.starts_at.timestamp()).collect();
                    assert_eq!(
                        began,
                        vec![0; usize::from(alerting)],
                        "{}: an alert is heard all the same",
                        sender.name
                    );
                }
                Err(wrong) => {
                    assert!(sender.name == "deploy" || far == "1772463845" && alerting, "{}: {wrong:?}", sender.name);
                }
                other => panic!("{}: {other:?}", sender.name),
            }
        }
    }
}
