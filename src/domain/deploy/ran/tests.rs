//! What ran at an instant.

use super::Past;
use crate::domain::{
    deploy::{
        environment::EnvironmentStatus,
        report::{History, Status},
    },
    release::{
        fact::{Fact, Outcome, Recorded},
        samples::{compare, deployed, minute, one_stage, running},
    },
};

/// A release's deploy to production: asked for, there, or failed, each at a minute, such as `asked 1; there 5`. A build may
/// follow.
fn own(past: &mut Past, history: &str) {
    let mut release = one_stage(r#"{ do = "deploy", environment = "production", git-ref = "{tag}" }"#);
    for event in history.split(';').map(str::trim).filter(|event| !event.is_empty()) {
        let words: Vec<&str> = event.split(' ').collect();
        let build = words.get(2).copied().unwrap_or("2.2.0").to_owned();
        let fact = match words[0] {
            "asked" => Fact::Done { step: 0, made: Outcome::Run { id: 1, url: String::new(), build } },
            "there" => deployed(0, &build),
            _ => Fact::Failed { step: 0, problem: "no".into(), retry_at: None, conflict: None },
        };
        let at = minute(words.get(1).and_then(|at| at.parse().ok()).unwrap_or_default());
        release.add(Recorded { at, fact });
    }
    past.of_release(&release, "production");
}

/// What others report: `2.1.0 succeeded 1; 2.1.0 rolled-back 5`.
fn reported(past: &mut Past, reports: &str) {
    let mut all: std::collections::BTreeMap<&str, History> = std::collections::BTreeMap::new();
    for report in reports.split(';').map(str::trim).filter(|report| !report.is_empty()) {
        let words: Vec<&str> = report.split(' ').collect();
        let status = Status::NAMES.iter().find(|(name, _)| *name == words[1]).map_or(Status::Started, |known| known.1);
        let at = minute(words[2].parse().unwrap_or_default());
        all.entry(words[0]).or_default().take(status, at);
    }
    all.iter().for_each(|(version, history)| past.of_reports(version, history));
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
        ("it went back", "asked 1; there 5; asked 7 v2.1.0; there 8 v2.1.0", "", 10, "2.1.0"),
        ("it went back later", "asked 1; there 5; asked 12 v2.1.0; there 13 v2.1.0", "", 10, "2.2.0 of a release"),
        ("others deployed after it", "asked 1; there 5", "2.2.1 succeeded 7", 10, "2.2.1"),
        ("others say of it that it is there", "asked 1; there 5", "2.2.0 succeeded 6", 10, "2.2.0 of a release"),
        ("others took it back", "asked 1; there 5", "2.2.0 rolled-back 7", 10, "-"),
        ("others took it back later", "asked 1; there 5", "2.2.0 rolled-back 12", 10, "2.2.0 of a release"),
        ("others took it away before", "", "2.1.0 succeeded 1; 2.1.0 rolled-back 3; 2.1.0 succeeded 5", 10, "2.1.0"),
        ("another began to come", "asked 1; there 5", "2.2.1 started 9; 2.2.1 succeeded 12", 10, "-"),
        ("another did not come", "asked 1; there 5", "2.2.1 started 7; 2.2.1 failed 8", 10, "2.2.0 of a release"),
    ];
    compare(rows.map(|(about, history, reports, at, expected)| {
        let mut past = Past::default();
        reported(&mut past, reports);
        own(&mut past, history);
        let ran = past.at(minute(at));
        let of = |release: bool| if release { " of a release" } else { "" };
        let found = ran.map_or("-".to_owned(), |ran| format!("{}{}", ran.version, of(ran.release.is_some())));
        (about, found, expected.to_owned())
    }));
}

#[test]
fn what_stands_there_was_there_before_anybody_told() {
    let mut past = Past::default();
    let now = running("2.1.0", 1, 3);
    past.of_standing(&EnvironmentStatus { now: Some(now), ..EnvironmentStatus::default() });
    assert_eq!(past.at(minute(2)), None);
    assert_eq!(past.at(minute(4)).map(|ran| ran.version).as_deref(), Some("2.1.0"));
    assert_eq!(past.last_came("v2.1.0", minute(4)).map(|ran| ran.at), Some(minute(3)));
    assert_eq!(past.last_came("2.0.0", minute(4)), None);
}
