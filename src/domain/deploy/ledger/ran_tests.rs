//! What ran at an instant.

use super::{Attempt, Entered, Ledger, Movement, Running};
use crate::domain::{
    deploy::report::{Deploy, Status},
    release::samples::{compare, minute, running},
};

fn moment(words: &[&str]) -> i64 {
    words.get(1).and_then(|at| at.parse().ok()).unwrap_or_default()
}

/// A release's deploy: asked for, there, or failed, each at a minute, such as `asked 1; there 5`. A build may follow.
fn own(ledger: &mut Ledger, history: &str) {
    for event in history.split(';').map(str::trim).filter(|event| !event.is_empty()) {
        let words: Vec<&str> = event.split(' ').collect();
        let build = words.get(2).copied().unwrap_or("2.2.0");
        let of = if build.starts_with("2.2.0") { "2.2.0" } else { build };
        let here = Running { version: build.into(), ..running(of, 7, moment(&words)) };
        let Running { version, tag, since: at, release, .. } = here.clone();
        let attempt = Attempt { version, tag, at, release, failed: None };
        ledger.enter(
            of,
            match words[0] {
                "asked" => Entered::Asked(attempt),
                "there" if of == "2.2.0" => Entered::Came(here),
                "there" => Entered::CameBack(Running { release: None, ..here }, Some("v2.2.0".into())),
                _ => Entered::Failed(attempt),
            },
        );
    }
}

/// What others report: `2.1.0 succeeded 1; 2.1.0 rolled-back 5`.
fn reported(ledger: &mut Ledger, reports: &str) {
    for report in reports.split(';').map(str::trim).filter(|report| !report.is_empty()) {
        let words: Vec<&str> = report.split(' ').collect();
        let status = Status::NAMES.iter().find(|(name, _)| *name == words[1]).map_or(Status::Started, |known| known.1);
        let report = Deploy {
            reported_by: None,
            project: "api".into(),
            environment: "production".into(),
            version: words[0].into(),
            status,
            commit: None,
            digest: None,
            config_digest: None,
            url: None,
            id: None,
            at: None,
        };
        let movement = Movement::reported(words[0], &report, minute(moment(&words[1..])));
        movement.into_iter().for_each(|movement| ledger.heard(movement));
    }
}

#[test]
fn what_had_come_there_last_ran_there() {
    let rows = [
        ("nothing was seen", "", "", 10, "-"),
        ("it came before", "asked 1; there 5", "", 10, "2.2.0 of a release"),
        ("it came later", "asked 20; there 25", "2.1.0 succeeded 1", 10, "2.1.0"),
        ("it came later, and nobody knows what was there", "asked 20; there 25", "", 10, "-"),
        ("it was on its way", "asked 8; there 12", "2.1.0 succeeded 1", 10, "-"),
        ("it had failed", "asked 2; failed 4", "2.1.0 succeeded 1", 10, "2.1.0"),
        (
            "it was tried again and is there",
            "asked 2; failed 4; asked 5; there 6",
            "2.1.0 succeeded 1",
            10,
            "2.2.0 of a release",
        ),
        ("more of it was on its way", "asked 1; there 5; asked 8; there 12", "", 10, "2.2.0 of a release"),
        ("a build of it", "asked 1 2.2.0-rc.1; there 5 2.2.0-rc.1", "", 10, "2.2.0 of a release"),
        ("it went back", "asked 1; there 5; asked 7 2.1.0; there 8 2.1.0", "", 10, "2.1.0"),
        ("it went back later", "asked 1; there 5; asked 12 2.1.0; there 13 2.1.0", "", 10, "2.2.0 of a release"),
        ("others deployed after it", "asked 1; there 5", "2.2.1 succeeded 7", 10, "2.2.1"),
        ("others say of it that it is there", "asked 1; there 5", "2.2.0 succeeded 6", 10, "2.2.0 of a release"),
        ("others took it back", "asked 1; there 5", "2.2.0 rolled-back 7", 10, "-"),
        ("others took it back later", "asked 1; there 5", "2.2.0 rolled-back 12", 10, "2.2.0 of a release"),
        ("others took it away before", "", "2.1.0 succeeded 1; 2.1.0 rolled-back 3; 2.1.0 succeeded 5", 10, "2.1.0"),
        ("another began to come", "asked 1; there 5", "2.2.1 started 9; 2.2.1 succeeded 12", 10, "-"),
        ("another did not come", "asked 1; there 5", "2.2.1 started 7; 2.2.1 failed 8", 10, "2.2.0 of a release"),
        ("what comes in late finds its place", "asked 6; there 7", "2.1.0 succeeded 5; 2.0.0 succeeded 2", 4, "2.0.0"),
    ];
    compare(rows.map(|(about, history, reports, at, expected)| {
        let mut ledger = Ledger::default();
        reported(&mut ledger, reports);
        own(&mut ledger, history);
        let ran = ledger.ran_at(minute(at));
        let of = |release: bool| if release { " of a release" } else { "" };
        let found = ran.map_or("-".to_owned(), |ran| format!("{}{}", ran.version, of(ran.release.is_some())));
        (about, found, expected.to_owned())
    }));
}

#[test]
fn what_stands_there_was_there_before_anybody_told() {
    let mut ledger = Ledger::default();
    assert!(ledger.stood(vec![running("2.1.0", 1, 3)]));
    assert_eq!(ledger.ran_at(minute(2)), None);
    assert_eq!(ledger.ran_at(minute(4)).map(|ran| ran.version).as_deref(), Some("2.1.0"));
    assert_eq!(ledger.last_came("v2.1.0", minute(4)).map(|ran| ran.at), Some(minute(3)));
    assert_eq!(ledger.last_came("2.0.0", minute(4)), None);
}

#[test]
fn what_came_last_before_it_was_taken_back() {
    let rows = [
        ("nothing", "", "", 10, "-"),
        ("what was reported last", "", "2.1.0 succeeded 1; 2.2.0 succeeded 5", 10, "2.2.0"),
        ("not what runs again", "", "2.2.0 succeeded 3; 2.1.0 succeeded 5", 10, "2.2.0"),
        ("not what came since", "", "2.2.0 succeeded 3; 2.3.0 succeeded 12", 10, "2.2.0"),
        ("what failed was taken back, too", "", "2.2.0 started 3; 2.2.0 failed 4", 10, "2.2.0"),
        ("what a release brought", "there 4", "2.1.0 succeeded 1", 10, "2.2.0"),
    ];
    compare(rows.map(|(about, history, reports, at, expected)| {
        let mut ledger = Ledger::default();
        reported(&mut ledger, reports);
        own(&mut ledger, history);
        let last = ledger.last_heard_of("v2.1.0", minute(at)).map_or("-".to_owned(), |last| last.version);
        (about, last, expected.to_owned())
    }));
}
