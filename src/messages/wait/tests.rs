//! Every wait that holds a release up names what mends it: a command, a button, somebody who decides, or that it goes on by itself.

use crate::{
    domain::{
        release::{
            Release,
            barrier::Barrier,
            next::Wait,
            samples::{closed, happened, holding, minute, release, step_named},
        },
        team::people::People,
    },
    messages::stops::tests::ways,
};

const LINE: &str = r#"
[[release.stage]]
name = "All"
steps = [
  { do = "pull-request", name = "release", head = "{branch}", base = "{production}", title = "Release", labels = [] },
  { do = "deploy", environment = "staging", git-ref = "{branch}" },
  { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
  { do = "await-merge" },
  { do = "deploy", environment = "production", git-ref = "{tag}" },
  { do = "announce", what = "live" },
]
"#;

/// The commands in the words, and what the buttons say.
fn mends(release: &Release, step: &str, wait: &Wait) -> String {
    let step = step_named(release, step);
    let words = super::in_words(release, step, wait, &People::default()).plain_text();
    let buttons = super::buttons(release, step, wait).into_iter().flatten().map(|button| format!("[{}]", button.label));
    ways(&words).into_iter().chain(buttons).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_wait_that_holds_a_release_up_names_what_mends_it() {
    let release = happened(release(LINE), "to tell-live");
    let text = str::to_owned;
    let problem = || "it broke".into();
    let undone = |taken_back, production, held| Wait::Undone {
        deploy: 4,
        environment: text("production"),
        runs: None,
        taken_back,
        production,
        held,
    };
    let rolled_back =
        |held| Wait::RolledBack { problem: problem(), environment: text("production"), to: text("2.1.0"), held };
    let frozen = || Wait::Around(Barrier::Frozen(closed("x")));
    let held = || Wait::Around(Barrier::Held { environment: text("production"), hold: holding() });
    let rejected = || Wait::Rejected { by: text("bob"), reason: text("no"), freezing: false };
    let missing = || Wait::Decision { have: 0, needed: 1, unticked: vec![], by: None };
    let missed = |obstacle: Option<Wait>| Wait::Missed { at: minute(0), obstacle: obstacle.map(Box::new) };
    let rows = [
        ("a hotfix", "production", Wait::Around(Barrier::Hotfix { version: "2.1.1".parse().unwrap() }), "by itself"),
        ("a freeze, at the merge", "await-merge", frozen(), "/freeze exempt [Ask for an exemption\u{2026}]"),
        ("a freeze, at the deploy", "production", frozen(), "/freeze exempt"),
        ("a hold", "production", held(), "/release resume [Resume production\u{2026}]"),
        ("a missing gate", "qa", missing(), "[Approve] [Reject]"),
        (
            "a rejection in production",
            "qa",
            rejected(),
            "/hotfix [Withdraw the rejection] [Roll back\u{2026}] [Hotfix\u{2026}] [Cancel\u{2026}]",
        ),
        ("a failure", "production", Wait::Person { problem: problem() }, "[Retry] [Skip\u{2026}] [Cancel\u{2026}]"),
        ("a failure that is tried again", "production", Wait::Retry { at: minute(1), problem: problem() }, "by itself"),
        ("it cannot be seen", "production", Wait::Unseen { problem: problem() }, "by myself"),
        (
            "rolled back, and held",
            "production",
            rolled_back(true),
            "/release resume [Resume production\u{2026}] [Skip\u{2026}] [Cancel\u{2026}]",
        ),
        ("rolled back", "production", rolled_back(false), "[Retry] [Skip\u{2026}] [Cancel\u{2026}]"),
        (
            "taken back, and held",
            "tell-live",
            undone(true, true, true),
            "/release resume [Resume production\u{2026}] [Cancel\u{2026}]",
        ),
        ("taken back", "tell-live", undone(true, true, false), "[Retry] [Cancel\u{2026}]"),
        ("replaced in production", "tell-live", undone(false, true, false), "[Skip\u{2026}] [Cancel\u{2026}]"),
        ("replaced elsewhere", "qa", undone(false, false, false), "[Retry] [Skip\u{2026}] [Cancel\u{2026}]"),
        ("it did not leave", "await-merge", missed(None), "[Merge now] [Cancel\u{2026}]"),
        (
            "… because of a freeze",
            "await-merge",
            missed(Some(frozen())),
            "/freeze exempt [Ask for an exemption\u{2026}] [Merge now] [Cancel\u{2026}]",
        ),
        (
            "… because of a hold",
            "await-merge",
            missed(Some(held())),
            "/release resume [Resume production\u{2026}] [Merge now] [Cancel\u{2026}]",
        ),
    ];
    let found = rows.iter().map(|(about, step, wait, _)| format!("{about}: {}", mends(&release, step, wait)));
    let expected = rows.iter().map(|(about, _, _, expected)| format!("{about}: {expected}"));
    assert_eq!(found.collect::<Vec<_>>().join("\n"), expected.collect::<Vec<_>>().join("\n"));
}
