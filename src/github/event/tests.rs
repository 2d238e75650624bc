//! Webhooks that GitHub sends, read.
#![allow(clippy::unwrap_used)]

use super::*;

fn happened_in(kind: &str, body: &str) -> Happened {
    read(kind, body.as_bytes()).unwrap().happened
}

/// Reads a folder of real payloads, named `event.action.number.json`, where there is one.
#[test]
fn whatever_github_sends_can_be_read() {
    let known = "pull_request pull_request_review push create workflow_run workflow_job check_run check_suite status \
                 deployment_status merge_group ping";
    let Some(folder) = std::env::var_os("SHIPMATE_PAYLOADS") else {
        return assert_eq!(happened_in("star", r#"{"action":"created","repository":null}"#), Happened::Other);
    };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kind = name.split('.').next().unwrap();
        let event = read(kind, &std::fs::read(&path).unwrap()).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let expected = known.split_whitespace().any(|known| known == kind);
        assert_eq!(event.happened != Happened::Other, expected, "{name}: {event:?}");
        if !matches!(kind, "installation" | "ping") {
            assert!(event.repository.unwrap().contains('/'), "{name}");
        }
    }
}

#[test]
fn what_matters_is_taken_out() {
    let pull = r#"{"action":"closed","repository":{"full_name":"acme/api"},
        "pull_request":{"number":7,"head":{"ref":"release/v2"},"base":{"ref":"main"},"merged":true}}"#;
    let event = read("pull_request", pull.as_bytes()).unwrap();
    assert_eq!((event.action.as_deref(), event.repository.as_deref()), (Some("closed"), Some("acme/api")));
    let happened = Happened::PullRequest { number: 7, head: "release/v2".into(), base: "main".into(), merged: true };
    assert_eq!(event.happened, happened);

    let push = r#"{"ref":"refs/heads/main","before":"a","after":"b","head_commit":{"message":"feat: x"}}"#;
    let (git_ref, before, after) = ("refs/heads/main".to_owned(), "a".to_owned(), "b".to_owned());
    let expected = Happened::Push { git_ref, before, after, head_message: Some("feat: x".into()) };
    assert_eq!(happened_in("push", push), expected);

    let tag = r#"{"ref":"v1.0.0","ref_type":"tag"}"#;
    assert_eq!(happened_in("create", tag), Happened::Created { name: "v1.0.0".into(), is_branch: false });
    let job = r#"{"workflow_job":{"id":1,"run_id":5,"head_branch":null}}"#;
    assert_eq!(happened_in("workflow_job", job), Happened::Workflow { run_id: 5, head_branch: None });
    assert_eq!(
        happened_in("check_suite", r#"{"check_suite":{"head_sha":"c"}}"#),
        Happened::Checks { head_sha: "c".into() }
    );
    let deployed = r#"{"deployment_status":{"state":"success"},"deployment":{"environment":"production","sha":"d"}}"#;
    let (environment, state, sha) = ("production".to_owned(), "success".to_owned(), "d".to_owned());
    let about = Box::default();
    assert_eq!(
        happened_in("deployment_status", deployed),
        Happened::DeploymentStatus { environment, state, sha, about }
    );
}

#[test]
fn a_deleted_branch_has_no_message() {
    let push = r#"{"ref":"refs/heads/x","before":"a","after":"0","head_commit":null}"#;
    assert!(matches!(happened_in("push", push), Happened::Push { head_message: None, .. }));
}

#[test]
fn what_lacks_its_parts_is_something_else() {
    assert_eq!(happened_in("pull_request", r#"{"pull_request":{}}"#), Happened::Other);
    assert_eq!(happened_in("status", "{}"), Happened::Other);
}

#[test]
fn what_is_not_json_is_refused_with_a_hint() {
    assert!(read("push", b"payload=%7B%7D").unwrap_err().contains("application/json"));
    assert!(read("push", b"hello").is_err());
}
