//! What is stored of what happened, and what older programs stored of it.

#![allow(clippy::unwrap_used)]

use super::{Fact, Hidden, Missing, Setback};
use crate::domain::release::{
    barrier::Barrier,
    samples::{closed, holding, minute},
    setback::PullSetback,
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

#[test]
fn what_an_older_program_saw_in_words_is_read() {
    let words = |words: &str| Setback::Words(words.into());
    let rows = [
        (
            r#"{"fact":"seen","step":3,"what":"staging is deploying 2.2.0","asks":true}"#,
            Fact::Seen {
                step: 3,
                what: Some(words("staging is deploying 2.2.0")),
                asks: true,
                conflict: None,
                failed: vec![],
            },
        ),
        (
            r#"{"fact":"seen","step":3,"what":""}"#,
            Fact::Seen { step: 3, what: Some(words("")), asks: false, conflict: None, failed: vec![] },
        ),
        (
            r#"{"fact":"unseen","step":3,"problem":"GitHub refuses: no","why":"refused","passes":true}"#,
            Fact::Unseen { step: 3, problem: words("GitHub refuses: no"), why: Some(Hidden::Refused), passes: true },
        ),
        (
            r#"{"fact":"failed","step":3,"problem":"it broke","retry_at":null}"#,
            Fact::Failed { step: 3, problem: words("it broke"), retry_at: None, conflict: None, instead: None },
        ),
    ];
    for (row, fact) in rows {
        assert_eq!(serde_json::from_str::<Fact>(row).unwrap(), fact, "{row}");
    }
    let proposed = r#"{"fact":"proposed","step":3,"proposal":{"number":7,"url":"","head":"a","base":"b","commit":"c","why":"a rule keeps b"}}"#;
    let Fact::Proposed { proposal, .. } = serde_json::from_str(proposed).unwrap() else { panic!("another fact") };
    assert_eq!(proposal.why, words("a rule keeps b"));
}

#[test]
fn what_is_seen_is_kept_as_a_value() {
    let what = Some(PullSetback::Ready { number: 7 }.into());
    let fact = Fact::Seen { step: 3, what, asks: true, conflict: None, failed: vec![] };
    let row = serde_json::to_string(&fact).unwrap();
    assert_eq!(row, r#"{"fact":"seen","step":3,"what":{"pull":"ready","number":7},"asks":true}"#);
    assert_eq!(serde_json::from_str::<Fact>(&row).unwrap(), fact);
}
