//! What stands in an environment after what happened there, and where one may go back to.

use super::{EnvironmentStatus, GOOD, Hold};
use crate::domain::release::samples::{compare, minute, running, standing};

fn list<'a>(tags: impl IntoIterator<Item = &'a str>) -> String {
    tags.into_iter().map(|tag| tag.trim_start_matches('v')).collect::<Vec<_>>().join(" ")
}

/// What runs | what ran well before | what one may go back to | what was taken back.
fn told(standing: &EnvironmentStatus) -> String {
    let runs = list(standing.now.iter().map(|now| now.tag.as_str()));
    let good = list(standing.good.iter().map(|one| one.tag.as_str()));
    let targets = list(standing.roll_back_targets().into_iter().map(|one| one.tag.as_str()));
    let back = list(standing.taken_back.iter().map(String::as_str));
    format!("{runs} | {good} | {targets} | {back}")
}

#[test]
fn what_runs_after_what_happened() {
    let rows = [
        ("nothing came yet", "", " |  |  | "),
        ("the first version", "+2.1.0", "2.1.0 |  |  | "),
        ("the next one", "+2.1.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0 | "),
        ("the same one again", "+2.1.0 +2.2.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0 | "),
        ("an older one comes again, each is named once", "+2.1.0 +2.2.0 +2.1.0", "2.1.0 | 2.2.0 | 2.2.0 | "),
        (
            "a deploy that has not ended well: one goes back to what runs",
            "+2.1.0 +2.2.0 ?2.3.0",
            "2.2.0 | 2.1.0 | 2.2.0 2.1.0 | ",
        ),
        ("… it came after all", "+2.1.0 +2.2.0 ?2.3.0 +2.3.0", "2.3.0 | 2.2.0 2.1.0 | 2.2.0 2.1.0 | "),
        ("… it was rolled back, never having come", "+2.1.0 +2.2.0 ?2.3.0 <2.2.0", "2.2.0 | 2.1.0 | 2.1.0 | 2.3.0"),
        (
            "what runs is tried once more: nobody goes back to itself",
            "+2.1.0 +2.2.0 ?2.2.0",
            "2.2.0 | 2.1.0 | 2.1.0 | ",
        ),
        ("the version before comes back", "+2.1.0 +2.2.0 <2.1.0", "2.1.0 |  |  | 2.2.0"),
        ("what was taken back comes again", "+2.1.0 +2.2.0 <2.1.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0 | "),
        ("two are taken back, the newest first", "+2.1.0 +2.2.0 +2.3.0 <2.2.0 <2.1.0", "2.1.0 |  |  | 2.2.0 2.3.0"),
        ("a version from before the bot comes back", "+2.2.0 <1.9.0", "1.9.0 |  |  | 2.2.0"),
        ("what runs was taken back, to what is not known", "+2.1.0 +2.2.0 -2.2.0", " | 2.1.0 | 2.1.0 | 2.2.0"),
        ("what ran before was taken back", "+2.1.0 +2.2.0 -2.1.0", "2.2.0 |  |  | 2.1.0"),
        ("something is taken back twice", "+2.1.0 +2.2.0 -2.2.0 -2.2.0", " | 2.1.0 | 2.1.0 | 2.2.0"),
        (
            "what ran before was rejected: nobody goes back to it",
            "+2.0.0 +2.1.0 +2.2.0 !2.1.0",
            "2.2.0 | 2.1.0 2.0.0 | 2.0.0 | ",
        ),
        ("what runs was rejected, and another fails", "+2.1.0 +2.2.0 !2.2.0 ?2.3.0", "2.2.0 | 2.1.0 | 2.1.0 | "),
        (
            "what was rejected comes again: it is judged anew",
            "+2.1.0 !2.1.0 +2.2.0 +2.1.0 +2.2.0",
            "2.2.0 | 2.1.0 | 2.1.0 | ",
        ),
    ];
    compare(rows.map(|(about, events, expected)| (about, told(&standing(events)), expected.to_owned())));
}

#[test]
fn since_when_it_runs() {
    let rows = [
        ("since it came", "+2.1.0 +2.2.0", 1),
        ("deployed once more, it was there all the while", "+2.1.0 +2.2.0 +2.2.0", 1),
        ("gone and come again", "+2.1.0 +2.2.0 +2.1.0", 2),
        ("brought back", "+2.1.0 +2.2.0 <2.1.0", 2),
    ];
    compare(rows.map(|(about, events, expected)| {
        (about, standing(events).now.map(|now| (now.since - minute(0)).num_minutes()), Some(expected))
    }));
}

#[test]
fn which_tag_a_roll_back_takes_away() {
    let rows = [
        ("nothing came yet", "", None),
        ("what runs", "+2.1.0 +2.2.0", Some("v2.2.0")),
        ("a deploy that has not ended well", "+2.1.0 ?2.2.0", Some("v2.2.0")),
        ("nothing is known of what runs", "+2.1.0 -2.1.0", None),
        ("the first deploy has not ended well", "?2.1.0", Some("v2.1.0")),
    ];
    compare(rows.map(|(about, events, expected)| {
        (about, standing(events).to_be_rolled_back().map(str::to_owned), expected.map(str::to_owned))
    }));
}

#[test]
fn whether_a_version_was_taken_back() {
    let rows = [
        ("it runs", "+2.1.0 +2.2.0", false),
        ("it ran, and another followed", "+2.2.0 +2.3.0", false),
        ("it was taken back", "+2.1.0 +2.2.0 <2.1.0", true),
        ("it was taken back, to what is not known", "+2.2.0 -2.2.0", true),
        ("it was taken back and came again", "+2.2.0 -2.2.0 +2.2.0", false),
        ("it was taken back, and something else came", "+2.2.0 -2.2.0 +2.3.0", true),
        ("nothing is known of the environment", "", false),
        ("it came before what was taken back was remembered: it is only missing", "+2.1.0", true),
    ];
    compare(rows.map(|(about, events, expected)| (about, standing(events).is_taken_back("v2.2.0"), expected)));
}

#[test]
fn where_a_release_goes_back_to_when_it_fails() {
    let rows = [
        ("to what was tagged before it, if nothing ran here", "", Some("v2.2.0"), "2.2.0"),
        ("to nothing, if nothing was before", "", None, ""),
        (
            "to what runs, then to what ran, then to what was tagged",
            "+2.0.0 +2.1.0",
            Some("v2.2.0"),
            "2.1.0 2.0.0 2.2.0",
        ),
        ("each once", "+2.1.0 +2.2.0", Some("v2.2.0"), "2.2.0 2.1.0"),
        ("never to itself", "+2.1.0 +2.3.0", Some("v2.2.0"), "2.1.0 2.2.0"),
        ("never to what was rejected here", "+2.1.0 +2.2.0 !2.2.0", Some("v2.2.0"), "2.1.0"),
        (
            "never to what was taken back, unless that was tagged before",
            "+2.1.0 +2.2.0 <2.1.0",
            Some("v2.1.0"),
            "2.1.0",
        ),
    ];
    compare(rows.map(|(about, events, before, expected)| {
        let ways = standing(events).ways_back("v2.3.0", before);
        (about, list(ways.iter().map(String::as_str)), expected.to_owned())
    }));
}

#[test]
fn what_was_known_of_a_tag_is_known_when_it_comes_back() {
    let known = |commit: Option<&str>, digest: Option<&str>| {
        let mut running = running("2.1.0", 1, 0);
        (running.commit, running.digest) = (commit.map(str::to_owned), digest.map(str::to_owned));
        running
    };
    let rows = [
        ("what it was then", known(Some("c1"), Some("d1")), known(None, None), "c1 d1"),
        ("what is said now counts", known(Some("c1"), Some("d1")), known(Some("c2"), None), "c2 d1"),
        ("nothing was known", known(None, None), known(None, Some("d2")), "- d2"),
    ];
    compare(rows.map(|(about, before, back, expected)| {
        let mut standing = EnvironmentStatus::default();
        standing.deployed(before);
        standing.deployed(running("2.2.0", 2, 1));
        standing.rolled_back(back, Some("v2.2.0"));
        let commit = standing.commit_of("v2.1.0").unwrap_or("-").to_owned();
        let digest = standing.now.and_then(|now| now.digest).unwrap_or("-".into());
        (about, format!("{commit} {digest}"), expected.to_owned())
    }));
    assert_eq!(standing("+2.1.0").commit_of("v9"), None, "a tag that never ran here");
}

#[test]
fn an_older_hold_stays_with_its_reason() {
    let mut standing = EnvironmentStatus::default();
    for by in ["ann", "bob"] {
        standing.hold(Hold { by: by.into(), at: minute(0), reason: "it is slow".into(), from: "v2.2.0".into() });
    }
    assert_eq!(standing.hold.map(|hold| hold.by).as_deref(), Some("ann"));
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut standing = EnvironmentStatus::default();
    (0..100).for_each(|number| standing.deployed(running(&number.to_string(), 1, number)));
    assert_eq!((standing.good.len(), standing.good[0].tag.as_str()), (GOOD, "v98"));
    (0..100).for_each(|number| standing.take_back(&format!("v{number}")));
    assert_eq!((standing.taken_back.len(), standing.taken_back[0].as_str()), (GOOD, "v99"));
}
