//! Every sender is heard at its own door, in its own way, and told in the same words.

use serde_json::json;

use crate::story::{HOOKS_SECRET, HOOKS_TOKEN, Story, signature, with_hooks};

type Headers = Vec<(&'static str, String)>;

/// A failure of api 2.1.1 in production in a sender's own words, with the headers by which it proves who it is.
fn failures() -> Vec<(&'static str, Headers, String)> {
    let gitlab = json!({"object_kind": "deployment", "status": "failed", "status_changed_at": "2026-03-02 08:30:00 +0000",
        "deployment_id": 15, "deployable_url": "https://gitlab.example/acme/api/-/jobs/796", "environment": "production",
        "project": {"path_with_namespace": "acme/api"}, "short_sha": "279484c0", "ref": "v2.1.1",
        "commit_url": "https://gitlab.example/acme/api/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468"})
    .to_string();
    let argocd = json!({"app": "api-production", "phase": "Failed", "health": "Healthy", "images": ["acme/api:2.1.1"],
        "labels": {"shipmate_project": "api", "shipmate_environment": "production"}, "finished": "2026-03-02T08:30:00Z"})
    .to_string();
    let flux = json!({"involvedObject": {"kind": "HelmRelease", "name": "api", "namespace": "production"}, "severity": "error",
        "reason": "UpgradeFailed", "timestamp": "2026-03-02T08:30:00Z", "message": "Helm upgrade failed", "metadata":
        {"revision": "2.1.1"}})
    .to_string();
    let cdevent = json!({"specversion": "1.0", "id": "1", "source": "/ci", "type": "dev.cdevents.deployment.finished.0.1.0",
        "time": "2026-03-02T08:30:00Z", "data": {"subject": {"id": "api", "content": {"environment": {"id": "production"},
        "artifactId": "pkg:oci/api?tag=2.1.1", "outcome": "failure"}}}})
    .to_string();
    let bearer = || vec![("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let signed = vec![("x-signature", signature(HOOKS_SECRET, flux.as_bytes()))];
    vec![
        ("/hooks/gitlab", vec![("x-gitlab-token", HOOKS_TOKEN.to_owned())], gitlab),
        ("/hooks/argocd", bearer(), argocd),
        ("/hooks/flux", signed, flux),
        ("/hooks/cloudevents", bearer(), cdevent),
    ]
}

async fn knock(story: &Story, path: &str, headers: &[(&'static str, String)], body: &str) -> (u16, String) {
    let request =
        headers.iter().fold(story.report(path, body.to_owned()), |request, (name, value)| request.header(*name, value));
    let answer = request.send().await.unwrap();
    let answer = (answer.status().as_u16(), answer.text().await.unwrap());
    story.settle().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn what_several_senders_say_of_one_deploy_is_told_once() {
    let story = Story::begin_configured(with_hooks).await;
    for (nth, (path, headers, body)) in failures().into_iter().enumerate() {
        for (forged, value) in [("authorization", "Bearer the-token-of-the-hook"), ("x-gitlab-token", "the-token")] {
            assert_eq!(knock(&story, path, &[(forged, value.to_owned())], &body).await.0, 401, "{path}");
        }
        let wrong = vec![("x-signature", signature(HOOKS_TOKEN, body.as_bytes()))];
        assert_eq!(knock(&story, path, &wrong, &body).await.0, 401, "{path}");
        let expected = if nth == 0 { "taken\n" } else { "known already\n" };
        assert_eq!(knock(&story, path, &headers, &body).await, (200, expected.to_owned()), "{path}");
        let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
        assert_eq!(knock(&story, path, &bearer, "{\"a\": 1}").await.0, 400, "{path}");
    }
    let told = story.shown("#incidents");
    assert_eq!(told.matches("api 2.1.1 failed in production").count(), 1, "{told}");
    assert_eq!(told.matches("that cannot be read").count(), 4, "once for each address: {told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_names_what_runs_again_tells_what_was_taken_back() {
    let story = Story::begin_configured(with_hooks).await;
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let event = |version: &str, reason: &str, minute: u32| {
        json!({"involvedObject": {"kind": "HelmRelease", "name": "api", "namespace": "production"}, "severity": "info",
            "reason": reason, "timestamp": format!("2026-03-02T08:{minute:02}:00Z"), "message": "m",
            "metadata": {"revision": version}})
        .to_string()
    };
    for (version, reason, minute) in
        [("2.1.0", "UpgradeSucceeded", 1), ("2.1.1", "UpgradeSucceeded", 10), ("2.1.0", "RollbackSucceeded", 20)]
    {
        assert_eq!(knock(&story, "/hooks/flux", &bearer, &event(version, reason, minute)).await.0, 200);
    }
    let told = story.shown("#incidents");
    assert!(told.contains("api 2.1.1 was rolled back in production"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_that_fails_and_is_mended_is_an_alert_that_ends() {
    let story = Story::begin_configured(with_hooks).await;
    let token = [("x-gitlab-token", HOOKS_TOKEN.to_owned())];
    let pipeline = |id: u32, status: &str| {
        json!({"object_kind": "pipeline", "builds": [], "project": {"path_with_namespace": "acme/api", "default_branch": "main"},
            "object_attributes": {"id": id, "ref": "main", "tag": false, "sha": "279484c09fbe69ededfced8c1bb6e6d24616b468",
                "status": status, "created_at": format!("2026-03-02 08:{id:02}:00 UTC"),
                "url": format!("https://gitlab.example/acme/api/-/pipelines/{id}")}})
        .to_string()
    };
    let runs = [(10, "success"), (20, "failed"), (15, "success"), (30, "failed"), (40, "success"), (50, "success")];
    for (id, status) in runs {
        assert_eq!(knock(&story, "/hooks/gitlab", &token, &pipeline(id, status)).await.0, 200);
    }
    insta::assert_snapshot!(story.shown("#incidents"));
    story.end().await;
}
