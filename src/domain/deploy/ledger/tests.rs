//! What a ledger says after what happened in its environment, and where one may go back to.

use super::{Attempt, AttemptFailure, Entered, GOOD, Hold, HoldCause, Ledger, past::MOVEMENTS};
use crate::domain::release::samples::{compare, ledger, minute, running};

fn list<'a>(tags: impl IntoIterator<Item = &'a str>) -> String {
    tags.into_iter().map(|tag| tag.trim_start_matches('v')).collect::<Vec<_>>().join(" ")
}

/// What runs | what ran before | what one may go back to | what was taken back | what has not come | what holds it.
fn told(ledger: &Ledger) -> String {
    let runs = ledger.runs().map_or(String::new(), |now| {
        let mark = if now.undecided { "~" } else { "" };
        format!("{mark}{}", list([now.tag.as_str()]))
    });
    let good = list(ledger.ran_before().iter().map(|one| one.tag.as_str()));
    let targets = list(ledger.roll_back_targets().into_iter().map(|one| one.tag.as_str()));
    let back = list(ledger.taken_back.iter().map(String::as_str));
    let attempt = ledger
        .attempt()
        .map_or(String::new(), |one| format!("{}{}", one.version, if one.failed.is_some() { " failed" } else { "" }));
    let held = list(ledger.hold().iter().map(|hold| hold.from.as_str()));
    [runs, good, targets, back, attempt, held].join(" | ").trim_end_matches(" | ").replace("  ", " ").trim().to_owned()
}

#[test]
fn what_it_says_after_what_happened() {
    let rows = [
        ("nothing came yet", "", ""),
        ("the first version is asked for", "?2.1.0", "| | | | 2.1.0"),
        ("the first version", "+2.1.0", "2.1.0"),
        ("the next one", "+2.1.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0"),
        ("the same one again", "+2.1.0 +2.2.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0"),
        ("an older one comes again, each is named once", "+2.1.0 +2.2.0 +2.1.0", "2.1.0 | 2.2.0 | 2.2.0"),
        (
            "a deploy that has not ended: one goes back to what runs",
            "+2.1.0 +2.2.0 ?2.3.0",
            "2.2.0 | 2.1.0 | 2.2.0 2.1.0 | | 2.3.0",
        ),
        ("\u{2026} it failed", "+2.1.0 +2.2.0 ?2.3.0 x2.3.0", "2.2.0 | 2.1.0 | 2.2.0 2.1.0 | | 2.3.0 failed"),
        ("\u{2026} it came after all", "+2.1.0 +2.2.0 ?2.3.0 x2.3.0 +2.3.0", "2.3.0 | 2.2.0 2.1.0 | 2.2.0 2.1.0"),
        (
            "\u{2026} it was rolled back, never having come",
            "+2.1.0 +2.2.0 ?2.3.0 <2.2.0",
            "2.2.0 | 2.1.0 | 2.1.0 | 2.3.0",
        ),
        (
            "a failure of what nobody asked for, or what another has followed",
            "+2.2.0 ?2.3.0 +2.3.1 x2.3.0",
            "2.3.1 | 2.2.0 | 2.2.0",
        ),
        ("\u{2026} or that another release asked for", "+2.1.0 ?2.2.0@7 x2.2.0@8", "2.1.0 | | 2.1.0 | | 2.2.0"),
        (
            "what runs is tried once more: nobody goes back to itself",
            "+2.1.0 +2.2.0 ?2.2.0",
            "2.2.0 | 2.1.0 | 2.1.0 | | 2.2.0",
        ),
        ("a share of the next one: what ran still does", "+2.1.0@1 ?2.2.0@7 &2.2.0@7", "2.1.0 | | 2.1.0 | | 2.2.0"),
        ("\u{2026} and all of it", "+2.1.0@1 ?2.2.0@7 &2.2.0@7 +2.2.0@7", "2.2.0 | 2.1.0 | 2.1.0"),
        ("\u{2026} and the old side is taken away", "+2.1.0@1 +2.2.0@7 ?2.2.0@7 &2.2.0@7", "2.2.0 | 2.1.0 | 2.1.0"),
        ("the version before comes back", "+2.1.0 +2.2.0 <2.1.0", "2.1.0 | | | 2.2.0"),
        ("what was taken back comes again", "+2.1.0 +2.2.0 <2.1.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0"),
        ("two are taken back, the newest first", "+2.1.0 +2.2.0 +2.3.0 <2.2.0 <2.1.0", "2.1.0 | | | 2.2.0 2.3.0"),
        ("a version from before the bot comes back", "+2.2.0 <1.9.0", "1.9.0 | | | 2.2.0"),
        ("what runs was taken back, to what is not known", "+2.1.0 +2.2.0 -2.2.0", "| 2.1.0 | 2.1.0 | 2.2.0"),
        ("\u{2026} while another was on its way", "+2.1.0 +2.2.0 ?2.3.0 -2.2.0", "| 2.1.0 | 2.1.0 | 2.2.0 | 2.3.0"),
        ("\u{2026} and something else came", "+2.1.0 +2.2.0 -2.2.0 +2.3.0", "2.3.0 | 2.1.0 | 2.1.0 | 2.2.0"),
        ("what ran before was taken back", "+2.1.0 +2.2.0 -2.1.0", "2.2.0 | | | 2.1.0"),
        ("something is taken back twice", "+2.1.0 +2.2.0 -2.2.0 -2.2.0", "| 2.1.0 | 2.1.0 | 2.2.0"),
        (
            "what ran before was rejected: nobody goes back to it",
            "+2.0.0@1 +2.1.0@2 !2.1.0 +2.2.0@3",
            "2.2.0 | 2.1.0 2.0.0 | 2.0.0",
        ),
        (
            "what runs was rejected, and another fails",
            "+2.1.0@1 +2.2.0@2 !2.2.0 ?2.3.0",
            "2.2.0 | 2.1.0 | 2.1.0 | | 2.3.0",
        ),
        (
            "what was rejected comes again: it is judged anew",
            "+2.1.0@1 !2.1.0 +2.2.0@2 +2.1.0@1 +2.2.0@2",
            "2.2.0 | 2.1.0 | 2.1.0",
        ),
        ("CD runs what nobody decided on", "+2.1.0 ?2.2.0 ~2.2.0", "~2.2.0 | 2.1.0 | 2.1.0"),
        ("\u{2026} then what was decided on", "+2.1.0 ~2.2.0 +2.2.0", "2.2.0 | 2.1.0 | 2.1.0"),
        ("\u{2026} nobody goes back to it", "+2.1.0 ~2.2.0 +2.3.0", "2.3.0 | 2.1.0 | 2.1.0"),
        ("\u{2026} it is taken back", "+2.1.0 ~2.2.0 <2.1.0", "2.1.0 | | | 2.2.0"),
        ("nothing runs there any more", "+2.1.0 +2.2.0 .", "| 2.1.0 | 2.1.0"),
        ("something is held", "+2.1.0 +2.2.0 h2.2.0 <2.1.0", "2.1.0 | | | 2.2.0 | | 2.2.0"),
        ("\u{2026} a second hold changes nothing", "+2.1.0 h2.2.0 h2.1.0", "2.1.0 | | | | | 2.2.0"),
        ("\u{2026} and resumed", "+2.1.0 h2.2.0 r", "2.1.0"),
        ("\u{2026} what stops there stays held", "+2.1.0 h2.2.0 .", "| | | | | 2.2.0"),
    ];
    compare(rows.map(|(about, events, expected)| (about, told(&ledger(events)), expected.to_owned())));
}

#[test]
fn since_when_it_runs() {
    let rows = [
        ("since it came", "+2.1.0 +2.2.0", 1),
        ("deployed once more, it was there all the while", "+2.1.0 +2.2.0 +2.2.0", 1),
        ("gone and come again", "+2.1.0 +2.2.0 +2.1.0", 2),
        ("brought back", "+2.1.0 +2.2.0 <2.1.0", 2),
        ("another commit came under its name", "+2.1.0 +2.2.0 ~2.2.0", 2),
    ];
    compare(rows.map(|(about, events, expected)| {
        (about, ledger(events).runs().map(|now| (now.since - minute(0)).num_minutes()), Some(expected))
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
        (about, ledger(events).to_be_rolled_back().map(str::to_owned), expected.map(str::to_owned))
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
    compare(rows.map(|(about, events, expected)| (about, ledger(events).is_taken_back("v2.2.0"), expected)));
}

#[test]
fn what_a_fix_for_it_begins_with() {
    let rows = [
        ("nothing is known", "", None),
        ("what runs", "+2.1.0 +2.2.0", Some("v2.2.0")),
        ("what ran before CD ran what nobody decided on", "+2.1.0 ~2.2.0", Some("v2.1.0")),
        ("what runs is not known", "+2.1.0 +2.2.0 -2.2.0", None),
    ];
    compare(rows.map(|(about, events, expected)| {
        (about, ledger(events).decided().map(|one| one.tag.clone()), expected.map(str::to_owned))
    }));
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
        ("never to what nobody decided on", "+2.1.0 ~2.2.0", None, "2.1.0"),
        (
            "never to what was taken back, unless that was tagged before",
            "+2.1.0 +2.2.0 <2.1.0",
            Some("v2.1.0"),
            "2.1.0",
        ),
    ];
    compare(rows.map(|(about, events, before, expected)| {
        let ways = ledger(events).ways_back("v2.3.0", before);
        (about, list(ways.iter().map(String::as_str)), expected.to_owned())
    }));
}

#[test]
fn what_was_good_before_something_failed() {
    let rows = [
        ("nothing was there", "", "-"),
        ("what came last", "+2.0.0 +2.1.0 ?2.2.0 x2.2.0", "2.1.0"),
        ("it was there itself", "+2.1.0 +2.2.0", "2.1.0"),
        ("a roll-back brought it", "+2.0.0 +2.1.0 <2.0.0 ?2.2.0", "2.0.0"),
        ("what was taken back is not good", "+2.0.0 +2.1.0 -2.1.0 ?2.2.0", "2.0.0"),
        ("\u{2026} unless it came again", "+2.0.0 +2.1.0 -2.1.0 +2.1.0 ?2.2.0", "2.1.0"),
        ("a share counts", "+2.0.0 &2.1.0 ?2.2.0", "2.1.0"),
        ("what only was asked for does not", "+2.0.0 ?2.1.0 ?2.2.0", "2.0.0"),
    ];
    compare(rows.map(|(about, events, expected)| {
        let good = ledger(events).last_good_before("v2.2.0", minute(20));
        (about, good.map_or("-".to_owned(), |good| good.version), expected.to_owned())
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
        let mut ledger = Ledger::default();
        ledger.enter("2.1.0", Entered::Came(before));
        ledger.enter("2.2.0", Entered::Came(running("2.2.0", 2, 1)));
        ledger.enter("2.1.0", Entered::CameBack(back, Some("v2.2.0".into())));
        let commit = ledger.commit_of("v2.1.0").unwrap_or("-").to_owned();
        let digest = ledger.runs().and_then(|now| now.digest.clone()).unwrap_or("-".into());
        (about, format!("{commit} {digest}"), expected.to_owned())
    }));
    assert_eq!(ledger("+2.1.0").commit_of("v9"), None, "a tag that never ran here");
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut ledger = Ledger::default();
    (0..100).for_each(|number| ledger.enter("", Entered::Came(running(&number.to_string(), 1, number))));
    assert_eq!((ledger.good.len(), ledger.good[0].tag.as_str()), (GOOD, "v98"));
    (0..100).for_each(|number| ledger.enter("", Entered::TakenBack(format!("v{number}"), minute(200 + number))));
    assert_eq!((ledger.taken_back.len(), ledger.last_taken_back()), (GOOD, Some("v99")));
    assert!(ledger.past.all().len() <= MOVEMENTS);
}

#[test]
fn a_ledger_of_before_the_past_was_kept_is_read() {
    let stored = serde_json::json!({
        "now": running("2.2.0", 2, 5), "good": [running("2.1.0", 1, 0)], "trying": null, "hold": null, "bad": [],
        "taken_back": ["v2.0.0"],
    });
    let ledger: Ledger = serde_json::from_value(stored).unwrap();
    assert_eq!(told(&ledger), "2.2.0 | 2.1.0 | 2.1.0 | 2.0.0");
    assert_eq!(ledger.ran_at(minute(3)).map(|ran| ran.version).as_deref(), Some("2.1.0"));
    let good = |ledger: &Ledger| ledger.last_good_before("2.2.0", minute(9)).map(|good| good.version);
    assert_eq!(good(&ledger).as_deref(), Some("2.1.0"));
    let mut found = Ledger::default();
    assert!(found.stood(vec![running("2.1.0", 1, 3), running("2.0.0", 1, 3)]));
    assert_eq!(good(&found).as_deref(), Some("2.1.0"), "what ran before is dated by its end");
    let mut ledger = ledger;
    ledger.enter("2.1.0", Entered::CameBack(running("2.1.0", 1, 20), Some("v2.2.0".into())));
    assert_eq!(good(&ledger).as_deref(), Some("2.1.0"), "it came back later, and was there before");
}

#[test]
fn why_it_is_held_and_what_failed_are_kept_as_values() {
    let person = HoldCause::Person { by: "ann".into(), reason: "cd".into() };
    let release = HoldCause::Release { problem: Some("it broke".into()) };
    for cause in [person, release, HoldCause::Release { problem: None }, HoldCause::Cd] {
        let mut kept = Ledger::default();
        kept.held(Hold { at: minute(5), from: "v2.2.0".into(), cause });
        let stored = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&stored).unwrap(), kept, "{stored}");
    }
    for failed in [AttemptFailure::Release { problem: "it broke".into() }, AttemptFailure::Reported] {
        let (version, tag) = ("2.2.0".to_owned(), "v2.2.0".to_owned());
        let mut kept = Ledger::default();
        kept.enter(
            "2.2.0",
            Entered::Failed(Attempt { version, tag, at: minute(5), release: None, failed: Some(failed) }),
        );
        let stored = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&stored).unwrap(), kept, "{stored}");
    }
}

#[test]
fn what_an_older_program_said_in_words_of_a_hold_and_a_failure_is_read() {
    let stored = serde_json::json!({
        "now": null, "good": [], "bad": [], "taken_back": [],
        "trying": {
            "version": "2.2.0", "tag": "v2.2.0", "at": minute(5), "release": null, "failed": "as CD reports",
        },
        "hold": { "by": "itself", "at": minute(5), "reason": "its deploy failed", "from": "v2.2.0" },
    });
    let ledger: Ledger = serde_json::from_value(stored).unwrap();
    let failed = ledger.attempt().and_then(|attempt| attempt.failed.clone());
    assert_eq!(failed, Some(AttemptFailure::Said("as CD reports".into())));
    let cause = HoldCause::Said { by: "itself".into(), reason: "its deploy failed".into() };
    assert_eq!(ledger.hold(), Some(&Hold { at: minute(5), from: "v2.2.0".into(), cause }));
}
