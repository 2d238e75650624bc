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
    let argocd = json!({"app": "api-production", "phase": "Failed", "health": "Healthy", "revision": "v2.1.1",
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

pub(super) async fn knock(story: &Story, path: &str, headers: &[(&'static str, String)], body: &str) -> (u16, String) {
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
    let pipeline = |id: u32, status: &str, ended: Option<&str>| {
        json!({"object_kind": "pipeline", "builds": [], "project": {"path_with_namespace": "acme/api", "default_branch": "main"},
            "object_attributes": {"id": id, "ref": "main", "tag": false, "sha": "279484c09fbe69ededfced8c1bb6e6d24616b468",
                "status": status, "created_at": format!("2026-03-02 08:{id:02}:00 UTC"), "finished_at": ended,
                "url": format!("https://gitlab.example/acme/api/-/pipelines/{id}")}})
        .to_string()
    };
    let runs = [(10, "success"), (20, "failed"), (15, "success"), (30, "failed"), (40, "success"), (50, "success")];
    for (id, status) in runs {
        assert_eq!(knock(&story, "/hooks/gitlab", &token, &pipeline(id, status, None)).await.0, 200);
    }
    // Somebody runs a job of one pipeline again, and again.
    for (minute, status) in [(1, "failed"), (10, "success"), (20, "failed"), (30, "success")] {
        let ended = format!("2026-03-02 09:{minute:02}:00 UTC");
        assert_eq!(knock(&story, "/hooks/gitlab", &token, &pipeline(55, status, Some(&ended))).await.1, "taken\n");
    }
    insta::assert_snapshot!(story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_rollback_takes_back_what_ran_then_and_counts_once() {
    let story = Story::begin_configured(with_hooks).await;
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let event = |version: &str, reason: &str, minute: u32| {
        json!({"involvedObject": {"kind": "HelmRelease", "name": "api", "namespace": "production"}, "severity": "info",
            "reason": reason, "timestamp": format!("2026-03-02T08:{minute:02}:00Z"), "message": "m",
            "metadata": {"revision": version}})
        .to_string()
    };
    let heard = async |version: &str, reason: &str, minute: u32| {
        knock(&story, "/hooks/flux", &bearer, &event(version, reason, minute)).await
    };
    for (version, minute) in [("2.1.0", 1), ("2.1.1", 10), ("2.1.2", 30)] {
        assert_eq!(heard(version, "UpgradeSucceeded", minute).await.1, "taken\n");
    }
    assert_eq!(heard("2.1.0", "RollbackSucceeded", 20).await.1, "taken\n");
    assert_eq!(heard("2.1.3", "UpgradeSucceeded", 40).await.1, "taken\n");
    assert_eq!(heard("2.1.0", "RollbackSucceeded", 20).await.1, "known already\n");
    let told = story.shown("#incidents");
    assert!(told.contains("api 2.1.1 was rolled back in production"), "{told}");
    assert!(!told.contains("2.1.2 was rolled back") && !told.contains("2.1.3 was rolled back"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gitlab_tells_only_of_environments_that_the_project_names() {
    let story = Story::begin_configured(with_hooks).await;
    let token = [("x-gitlab-token", HOOKS_TOKEN.to_owned())];
    let deployment = |id: u32, environment: &str, status: &str, git_ref: &str| {
        json!({"object_kind": "deployment", "status": status, "status_changed_at": format!("2026-03-02 08:{id:02}:00 +0000"),
            "deployment_id": id, "environment": environment, "project": {"path_with_namespace": "acme/api"},
            "short_sha": format!("279484c{}", id / 10), "ref": git_ref})
        .to_string()
    };
    let before = story.told();
    for (id, environment, status) in
        [(1, "review/x", "success"), (2, "review/x", "failed"), (10, "production", "success")]
    {
        knock(&story, "/hooks/gitlab", &token, &deployment(id, environment, status, "main")).await;
    }
    assert_eq!(story.told(), before, "review apps and what a push deploys well are nobody's news");
    knock(&story, "/hooks/gitlab", &token, &deployment(20, "production", "failed", "main")).await;
    assert!(story.shown("#incidents").contains("api 279484c2 failed in production"), "{}", story.told());
    knock(&story, "/hooks/gitlab", &token, &deployment(30, "production", "success", "v2.1.1")).await;
    assert!(story.shown("#releases").contains("api 2.1.1 is on production"), "{}", story.told());
    story.discord("bob", "deploys", &[]).await;
    let board = story.told();
    assert!(!board.contains("review/x"), "{board}");
    let stop = json!({"object_kind": "pipeline", "project": {"path_with_namespace": "acme/api"}, "builds": [{"id": 1,
        "name": "stop", "status": "success", "finished_at": "2026-03-02 09:00:00 UTC", "environment":
        {"name": "production", "action": "stop"}}], "object_attributes": {"id": 7, "ref": "main", "sha": "279484c0aa",
        "status": "success", "created_at": "2026-03-02 08:50:00 UTC"}});
    assert_eq!(knock(&story, "/hooks/gitlab", &token, &stop.to_string()).await.1, "taken\n");
    story.discord("bob", "deploys", &[]).await;
    let after = story.told();
    assert_eq!(
        after.matches("2.1.1").count(),
        board.matches("2.1.1").count(),
        "it is not on the board any more: {after}"
    );
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_suffers_after_its_sync_and_recovers_is_told() {
    let story = Story::begin_configured(with_hooks).await;
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let event = |health: &str, since: u32| {
        json!({"app": "api-production", "labels": {"shipmate_project": "api", "shipmate_environment": "production"},
            "phase": "Succeeded", "health": health, "health_since": format!("2026-03-02T08:{since:02}:00Z"),
            "images": ["acme/api:2.1.1"], "started": "2026-03-02T08:00:00Z", "finished": "2026-03-02T08:02:00Z"})
        .to_string()
    };
    for (health, since) in [
        ("Progressing", 1),
        ("Healthy", 3),
        ("Degraded", 20),
        ("Degraded", 20),
        ("Healthy", 30),
        ("Degraded", 40),
        ("Healthy", 50),
    ] {
        assert_eq!(knock(&story, "/hooks/argocd", &bearer, &event(health, since)).await.0, 200);
    }
    insta::assert_snapshot!(story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nobodys_here_is_told_nowhere() {
    let story = Story::begin_configured(with_hooks).await;
    let before = story.told();
    let token = [("x-gitlab-token", HOOKS_TOKEN.to_owned())];
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    // A system hook tells of everything that happens in GitLab, and a group of all its projects.
    let pipeline = json!({"object_kind": "pipeline", "builds": [], "project": {"path_with_namespace": "acme/web",
        "default_branch": "main"}, "object_attributes": {"id": 1, "ref": "main", "tag": false, "status": "failed",
        "sha": "279484c09fbe69ededfced8c1bb6e6d24616b468", "created_at": "2026-03-02 08:00:00 UTC"}});
    let joined = json!({"event_name": "user_add_to_group", "group_name": "acme", "user_id": 41});
    for body in [pipeline, joined] {
        assert_eq!(knock(&story, "/hooks/gitlab", &token, &body.to_string()).await.0, 200);
    }
    // Argo CD tells of an application that nobody names here, and so do others.
    let application =
        json!({"app": "web-production", "namespace": "web", "phase": "Failed", "revisions": ["6.3.5", ""]});
    assert_eq!(knock(&story, "/hooks/argocd", &bearer, &application.to_string()).await.0, 200);
    let flux = json!({"involvedObject": {"kind": "HelmRelease", "name": "web", "namespace": "production"}, "severity": "error",
        "reason": "UpgradeFailed", "timestamp": "2026-03-02T08:30:00Z", "metadata": {"revision": "2.1.1"}});
    assert_eq!(knock(&story, "/hooks/flux", &bearer, &flux.to_string()).await.0, 200);
    assert_eq!(story.told(), before, "nobody here has anything to do with it");
    story.pass(1).await;
    assert_eq!(story.told(), before);
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_with_several_sources_is_one_deploy() {
    let story = Story::begin_configured(with_hooks).await;
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let event = |phase: &str, health: &str, image: &str, minute: u32| {
        json!({"app": "api-production", "labels": {"shipmate_project": "api", "shipmate_environment": "production"},
            "phase": phase, "health": health, "health_since": format!("2026-03-02T08:{minute:02}:00Z"), "revision": "",
            "revisions": ["6.3.5", "731f7eaddfb6af01cb2173e18f0f75b0ba780ef1"], "charts": ["api", null],
            "images": ["redis:7.2", format!("ghcr.io/acme/api:{image}")], "started": "2026-03-02T08:00:00Z",
            "finished": "2026-03-02T08:02:00Z"})
        .to_string()
    };
    for (phase, health, image, minute) in [
        ("Running", "Healthy", "2.1.0", 0),
        ("Succeeded", "Progressing", "2.1.1", 2),
        ("Succeeded", "Healthy", "2.1.1", 4),
    ] {
        assert_eq!(knock(&story, "/hooks/argocd", &bearer, &event(phase, health, image, minute)).await.0, 200);
    }
    insta::assert_snapshot!(story.short("#releases") + "\n" + &story.short("#incidents"));
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_already_has_trouble_and_did_not_fail_to_come() {
    let story = Story::begin_configured(with_hooks).await;
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let flux = |version: &str, severity: &str, reason: &str, minute: u32| {
        json!({"involvedObject": {"kind": "HelmRelease", "name": "api", "namespace": "production"}, "severity": severity,
            "reason": reason, "timestamp": format!("2026-03-02T08:{minute:02}:00Z"), "message": "m",
            "metadata": {"revision": version}})
        .to_string()
    };
    for (version, severity, reason, minute) in [
        ("2.1.0", "info", "UpgradeSucceeded", 1),
        ("2.1.0", "error", "ReconciliationFailed", 5),
        ("2.1.0", "error", "ReconciliationFailed", 6),
        ("2.1.0", "info", "ReconciliationSucceeded", 9),
        ("2.1.1", "error", "UpgradeFailed", 12),
    ] {
        assert_eq!(knock(&story, "/hooks/flux", &bearer, &flux(version, severity, reason, minute)).await.0, 200);
    }
    let told = story.shown("#incidents");
    assert_eq!(told.matches("08:05 UTC) in trouble").count(), 1, "{told}");
    assert!(!told.contains("api 2.1.0 failed") && told.contains("api 2.1.1 failed in production"), "{told}");
    // Somebody runs a job of GitLab's again: what it brought is there, and the line has not gone on.
    let gitlab = |status: &str, minute: u32| {
        json!({"object_kind": "deployment", "status": status, "status_changed_at": format!("2026-03-02 08:{minute} +0000"),
            "deployment_id": minute, "environment": "staging", "project": {"path_with_namespace": "acme/api"},
            "short_sha": "279484c0", "ref": "v2.1.1"})
        .to_string().replace(&format!("08:{minute} "), &format!("08:{minute}:00 "))
    };
    for (status, minute) in [("success", 20), ("running", 25), ("failed", 26)] {
        assert_eq!(knock(&story, "/hooks/gitlab", &bearer, &gitlab(status, minute)).await.0, 200);
    }
    let told = story.shown("#incidents");
    assert!(
        told.contains("api 2.1.1 is in trouble in staging") && told.contains("Nothing changed since 2.1.1"),
        "{told}"
    );
    // A script of one's own says what it means.
    let own = |status: &str, minute: u32| {
        json!({"project": "api", "environment": "qa", "version": "2.1.1", "status": status,
            "at": format!("2026-03-02T08:{minute}:00Z")})
        .to_string()
    };
    for (status, minute) in [("succeeded", 30), ("failed", 31), ("succeeded", 32), ("troubled", 33)] {
        assert_eq!(knock(&story, "/hooks/deploy", &bearer, &own(status, minute)).await.0, 200);
    }
    let told = story.shown("#incidents");
    assert!(told.contains("08:31 UTC) failed") && told.contains("08:33 UTC) in trouble"), "{told}");
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cancelled_did_not_fail() {
    let story = Story::begin_configured(with_hooks).await;
    let token = [("x-gitlab-token", HOOKS_TOKEN.to_owned())];
    let deployment = |status: &str, minute: u32| {
        json!({"object_kind": "deployment", "status": status, "status_changed_at": format!("2026-03-02 08:{minute}:00 +0000"),
            "deployment_id": 15, "environment": "production", "project": {"path_with_namespace": "acme/api"},
            "short_sha": "279484c0", "ref": "v2.1.2"})
        .to_string()
    };
    for (status, minute) in [("created", 10), ("running", 11), ("canceled", 12)] {
        assert_eq!(knock(&story, "/hooks/gitlab", &token, &deployment(status, minute)).await.0, 200);
    }
    let told = story.told();
    assert!(told.contains("api 2.1.2 was cancelled on its way to production"), "{told}");
    assert!(!told.contains("failed"), "{told}");
    assert!(!story.shown("#incidents").contains("2.1.2"), "nobody is called: {told}");
    // A pipeline that was cancelled, skipped, or waits for a click raises no alert.
    for status in ["canceled", "skipped", "manual", "blocked"] {
        let pipeline = json!({"object_kind": "pipeline", "project": {"path_with_namespace": "acme/api",
            "default_branch": "main"}, "builds": [], "object_attributes": {"id": 8, "ref": "main", "sha": "279484c0aa",
            "status": status, "created_at": "2026-03-02 08:50:00 UTC"}});
        assert_eq!(knock(&story, "/hooks/gitlab", &token, &pipeline.to_string()).await.0, 200, "{status}");
    }
    assert_eq!(story.told(), told);
    // Somebody runs it again, and it fails: that is an incident.
    knock(&story, "/hooks/gitlab", &token, &deployment("running", 13)).await;
    knock(&story, "/hooks/gitlab", &token, &deployment("failed", 14)).await;
    assert!(story.shown("#incidents").contains("api 2.1.2 failed in production"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_of_flux_with_what_is_there_is_no_failed_deploy() {
    let story = Story::begin_configured(with_hooks).await;
    let event = |reason: &str, severity: &str, revision: &str, minute: u32| {
        json!({"involvedObject": {"kind": "Kustomization", "name": "api", "namespace": "production"}, "severity": severity,
            "reason": reason, "timestamp": format!("2026-03-02T08:{minute}:00Z"), "message": "x",
            "metadata": {"revision": revision}})
        .to_string()
    };
    let bearer = [("authorization", format!("Bearer {HOOKS_TOKEN}"))];
    let says = async |body: String| knock(&story, "/hooks/flux", &bearer, &body).await;
    says(event("ReconciliationSucceeded", "info", "v2.1.2@sha1:279484c09fbe69ededfced8c1bb6e6d24616b468", 10)).await;
    for (minute, reason) in [(11, "HealthCheckFailed"), (13, "ReconciliationFailed"), (15, "ArtifactFailed")] {
        says(event(reason, "error", "v2.1.2@sha1:279484c09fbe69ededfced8c1bb6e6d24616b468", minute)).await;
    }
    says(event("DependencyNotReady", "info", "v2.1.2@sha1:279484c09fbe69ededfced8c1bb6e6d24616b468", 17)).await;
    let told = story.shown("#incidents");
    assert!(told.contains("api 2.1.2 is in trouble in production") && !told.contains("failed in"), "{told}");
    says(event("ReconciliationFailed", "error", "v2.1.3@sha1:379484c09fbe69ededfced8c1bb6e6d24616b468", 20)).await;
    assert!(story.shown("#incidents").contains("api 2.1.3 failed in production"), "{}", story.told());
    story.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_speaks_of_what_is_its_own_and_a_report_says_who_sent_it() {
    let senders = "[hooks]\n[[hooks.senders]]\nname = \"our CD\"\nsecret = \"the-secret-of-our-cd\"\n\
                   next_secret = \"the-next-secret-of-our-cd\"\nkinds = \"deploy\"\nprojects = \"api\"\n\
                   environments = [\"production\"]\n";
    let story = Story::begin_configured(|bot_toml| format!("{bot_toml}\n{senders}")).await;
    let body = |environment: &str, status: &str| {
        json!({"project": "api", "environment": environment, "version": "2.1.1", "status": status}).to_string()
    };
    let signed = |secret: &str, id: &str, off: i64, body: &str| {
        let stamp = (story.world.clock().now().timestamp() + off).to_string();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        let tag = ring::hmac::sign(&key, format!("{id}.{stamp}.{body}").as_bytes());
        let tag = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, tag.as_ref());
        vec![("webhook-id", id.to_owned()), ("webhook-timestamp", stamp), ("webhook-signature", format!("v1,{tag}"))]
    };
    let (own, next) = ("the-secret-of-our-cd", "the-next-secret-of-our-cd");
    let failed = body("production", "failed");
    for (headers, sent, expected) in [
        (signed(own, "1", -301, &failed), &failed, 401),
        (signed(own, "1", 0, &body("staging", "failed")), &body("staging", "failed"), 403),
        (signed("another-secret-of-16", "1", 0, &failed), &failed, 401),
        (signed(own, "1", 0, &failed), &body("production", "succeeded"), 401),
        (signed(own, "1", 0, &failed), &failed, 200),
        (signed(next, "2", 0, &failed), &failed, 200),
    ] {
        let (status, said) = knock(&story, "/hooks/deploy", &headers, sent).await;
        assert_eq!(status, expected, "{said}");
    }
    let alerts = "/hooks/alertmanager";
    let (status, said) = knock(&story, alerts, &[("x-shipmate-signature", signature(own, b"{}"))], "{}").await;
    assert_eq!((status, said.as_str()), (403, "our CD may send deploy only, by [[hooks.senders]] in bot.toml\n"));
    let told = story.shown("#incidents");
    assert!(told.contains("api 2.1.1 failed in production") && told.contains("our CD"), "{told}");
    story.end().await;
}
