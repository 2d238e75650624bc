//! What is stored of what happened, and what older programs stored of it.

#![allow(clippy::unwrap_used)]

use super::{Fact, Missing};
use crate::domain::release::{
    barrier::Barrier,
    samples::{closed, holding, minute},
};

/// What was missing by a stored fact.
fn missing(row: &str) -> Vec<Missing> {
    let Fact::Missed { missing, .. } = serde_json::from_str(row).unwrap() else { panic!("{row} is another fact") };
    missing
}

#[test]
fn what_was_missing_is_kept_as_values() {
    let kept = vec![
        Missing::Step(0),
        Missing::Late(2),
        Missing::Around(Barrier::Hotfix { version: "2.1.1".parse().unwrap() }),
        Missing::Around(Barrier::Held { environment: "production".into(), hold: holding() }),
        Missing::Around(Barrier::Frozen(closed("quarter"))),
        Missing::NotRunning,
        Missing::Stopped("#7 was closed".into()),
    ];
    let row = serde_json::to_string(&Fact::Missed { step: 3, at: minute(0), missing: kept.clone() }).unwrap();
    assert_eq!(missing(&row), kept);
}

#[test]
fn what_an_older_program_wrote_in_words_is_read() {
    let row = r#"{"fact":"missed","step":3,"at":"2026-03-02T09:00:00Z",
        "missing":[{"step":0},{"late":2},{"obstacle":"hotfix 2.1.1 goes to production first"}]}"#;
    let words = "hotfix 2.1.1 goes to production first".to_owned();
    assert_eq!(missing(row), [Missing::Step(0), Missing::Late(2), Missing::Obstacle(words)]);
}
