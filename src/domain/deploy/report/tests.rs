//! Reports are read with every mistake named; their order does not matter.

#![allow(clippy::unwrap_used)]

use super::*;
use chrono::{DateTime, Utc};

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_442_000 + minute * 60, 0).unwrap()
}

#[test]
fn the_example_can_be_read() {
    let read = read(EXAMPLE.as_bytes()).unwrap();
    assert_eq!((read.project.as_str(), read.status, read.id.as_deref()), ("api", Status::Failed, Some("run-4711")));
    assert!(Status::NAMES.iter().all(|(name, status)| status.name() == *name));
}

#[test]
fn every_mistake_is_named() {
    let mistakes = |body: &str| read(body.as_bytes()).unwrap_err().join("; ");
    assert!(mistakes("{").starts_with("it is not JSON: EOF"));
    assert_eq!(mistakes("[]"), "it is not a JSON object");
    assert_eq!(
        mistakes("{}"),
        "`project` is missing; `environment` is missing; `version` is missing; `status` is missing"
    );
    let body =
        r#"{"project": "api", "environment": "", "version": ["1"], "status": "done", "at": "today", "id": "a\nb"}"#;
    insta::assert_snapshot!(mistakes(body), @"`environment` has to be 1 to 200 characters on one line; `version` has to be text; `status` is `done`; write `started`, `succeeded`, `failed`, `rolled-back`, `troubled` or `cancelled`; `at` is `today`; write such as `2026-03-02T15:04:05Z`; `id` has to be 1 to 200 characters on one line");
}

#[test]
fn what_is_said_again_is_no_change() {
    let mut history = History::default();
    let news = |at, status| vec![DeployChange { at, status, since: None }];
    assert_eq!(history.take(Status::Failed, minute(5)), news(minute(5), Status::Failed));
    assert_eq!(history.take(Status::Failed, minute(5)), []);
    assert_eq!(history.take(Status::Failed, minute(7)), [], "it has failed all the while");
    let late = DeployChange { at: minute(1), status: Status::Started, since: Some(Status::Failed) };
    assert_eq!(history.take(Status::Started, minute(1)), [late]);
    assert_eq!(history.take(Status::Started, minute(8)), news(minute(8), Status::Started));
    assert_eq!(history.take(Status::Failed, minute(9)), news(minute(9), Status::Failed));
}

#[test]
fn what_lay_between_makes_two_of_one() {
    let mut history = History::default();
    assert_eq!(history.take(Status::Started, minute(1)).len(), 1);
    assert_eq!(history.take(Status::Started, minute(9)), [], "it might have been the same start");
    let failed = DeployChange { at: minute(5), status: Status::Failed, since: Some(Status::Started) };
    let again = DeployChange { at: minute(9), status: Status::Started, since: None };
    assert_eq!(history.take(Status::Failed, minute(5)), [failed, again]);
}

#[test]
fn the_history_is_bounded_and_stays_in_order() {
    let mut history = History::default();
    let status = |at: i64| if at % 2 == 0 { Status::Started } else { Status::Failed };
    for at in 0..200 {
        assert_eq!(history.take(status(at), minute(at)).len(), 1);
    }
    assert_eq!(history.changes.len(), HISTORY);
    assert!(history.changes.is_sorted());
    assert_eq!(history.take(Status::RolledBack, minute(1)), [], "too long ago");
    assert!(!history.take(Status::RolledBack, minute(198)).is_empty());
    assert!(history.changes.is_sorted() && history.changes.len() == HISTORY);
}

#[test]
fn a_page_below_a_run_is_the_runs() {
    assert!(
        is_page_of("https://x/runs/1", "https://x/runs/1") && is_page_of("https://x/runs/1/job/2", "https://x/runs/1")
    );
    assert!(!is_page_of("https://x/runs/12", "https://x/runs/1"));
}
