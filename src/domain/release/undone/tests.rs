//! Whether a release goes on with what it deployed.

use std::collections::BTreeMap;

use super::{later_in_production, runs_in_production, undone};
use crate::domain::release::{
    Release,
    fact::Fact,
    overtaken::overtaken,
    samples::{
        asked, calver, compare, decided, deployed, happened, happens, hotfix, ledger, minute, named, one_stage,
        roll_back, step_named, surroundings,
    },
};

const STEPS: &str = r#"
    { do = "deploy", environment = "staging", git-ref = "{branch}" },
    { do = "sign-off", name = "qa", title = "QA", roles = ["qa"] },
    { do = "deploy", environment = "production", git-ref = "{tag}" },
    { do = "announce", what = "live" },
    { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
    { do = "delete-branch", name = "{branch}" },
"#;

const STAGING: usize = 0;
const QA: usize = 1;
const PRODUCTION: usize = 2;
const LIVE: usize = 3;
const VERIFY: usize = 4;
const DELETE: usize = 5;

fn release(done: &[usize]) -> Release {
    let mut release = one_stage(STEPS);
    for step in done {
        happens(&mut release, asked(*step, "2.2.0"));
        happens(&mut release, deployed(*step, "2.2.0"));
    }
    release
}

#[test]
fn a_release_goes_on_only_with_what_runs() {
    let own = "+2.1.0@1 +2.2.0@7";
    for (why, deployed, (environment, events), step, expected) in [
        ("nothing was deployed yet", &[][..], ("staging", "+2.1.0@1"), QA, None),
        ("nothing is known of it", &[STAGING], ("staging", ""), QA, None),
        ("it runs", &[STAGING], ("staging", own), QA, None),
        ("it was deployed once more", &[STAGING], ("staging", "+2.2.0@7 +2.2.0@9"), QA, None),
        ("taken back", &[STAGING], ("staging", "+2.2.0@7 +2.1.0@8 -2.2.0@7"), QA, Some((STAGING, true))),
        ("taken back, to what is not known", &[STAGING], ("staging", "+2.2.0@7 -2.2.0@7"), QA, Some((STAGING, true))),
        ("taken back, and there again", &[STAGING], ("staging", "+2.2.0@7 -2.2.0@7 +2.2.0@7"), QA, None),
        ("another version came after it", &[STAGING], ("staging", "+2.2.0@7 +2.3.0@8"), QA, Some((STAGING, false))),
        (
            "staging has moved on, which says nothing of production",
            &[STAGING, PRODUCTION],
            ("staging", "+2.2.0@7 +2.3.0@8"),
            VERIFY,
            None,
        ),
        (
            "LIVE of what was taken back",
            &[PRODUCTION],
            ("production", "+2.2.0@7 -2.2.0@7"),
            LIVE,
            Some((PRODUCTION, true)),
        ),
        (
            "LIVE of what was replaced",
            &[PRODUCTION],
            ("production", "+2.2.0@7 +2.2.1@8"),
            LIVE,
            Some((PRODUCTION, false)),
        ),
        ("its branch was replaced, too, and may go", &[PRODUCTION], ("production", "+2.2.0@7 +2.2.1@8"), DELETE, None),
        (
            "nothing is tidied away of what was taken back",
            &[PRODUCTION],
            ("production", "+2.2.0@7 -2.2.0@7"),
            DELETE,
            Some((PRODUCTION, true)),
        ),
        ("while it is on its way", &[STAGING], ("production", "+2.1.0@1"), PRODUCTION, None),
    ] {
        let (release, ledgers) = (release(deployed), BTreeMap::from([(environment.to_owned(), ledger(events))]));
        let found = undone(&release, step, &ledgers).map(|found| (found.deploy, found.taken_back));
        assert_eq!(found, expected, "{why}");
    }
}

#[test]
fn an_older_version_does_not_go_over_a_later_one() {
    for (events, expected) in [
        ("", None),
        ("+2.1.0@1", None),
        ("+2.2.0@7", None),
        ("+2.3.0@8", Some("2.3.0")),
        ("+2.2.1@8", Some("2.2.1")),
        ("+2.3.0@8 +2.1.0@9", None),
    ] {
        let ledgers = BTreeMap::from([("production".to_owned(), ledger(events))]);
        let release = release(&[]);
        let found = later_in_production(&release, "production", &ledgers).map(|later| later.version.as_str());
        assert_eq!(found, expected, "{events}");
    }
}

/// What it is about; what happened; what goes on around; at which step; what is gone, and how.
type UndoneRow = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn each(begun: impl Fn() -> Release, rows: &[UndoneRow]) {
    compare(rows.iter().map(|(about, history, goes_on, step, expected)| {
        let release = happened(begun(), history);
        let surroundings = surroundings(&release, goes_on);
        let found = undone(&release, step_named(&release, step), &surroundings.ledgers);
        let how = |taken_back| if taken_back { "taken back" } else { "replaced" };
        let found = found.map(|found| format!("{} {}", named(&release, [found.deploy]), how(found.taken_back)));
        (*about, found.unwrap_or("goes on".into()), (*expected).to_owned())
    }));
}

#[test]
fn what_goes_somewhere_by_another_name() {
    let steps = r#"
        { do = "deploy", environment = "staging", git-ref = "{source}" },
        { do = "sign-off", name = "accept", title = "acceptance", roles = ["qa"] },
        { do = "deploy", environment = "staging", git-ref = "v2.1.0" },
        { do = "sign-off", name = "drill", title = "drill", roles = ["qa"] },
        { do = "deploy", environment = "production", git-ref = "{tag}", inputs = { share = "5" } },
        { do = "watch", environment = "production", for = "15m" },
        { do = "notes" },
    "#;
    each(
        || one_stage(steps),
        &[
            (
                "a branch goes on with others' work: people decide on what is there",
                "to accept",
                "in staging +2.2.0@7 +2.3.0@8",
                "accept",
                "goes on",
            ),
            (
                "… but not when it was taken back",
                "to accept",
                "in staging +2.2.0@7 -2.2.0",
                "accept",
                "staging taken back",
            ),
            ("a drill brought the version before", "to drill", "in staging +2.2.0@7 +2.1.0@7", "drill", "goes on"),
            (
                "another version came over a drill: that is not the release's own",
                "to drill",
                "in staging +2.1.0@7 +2.3.0@8",
                "drill",
                "goes on",
            ),
            ("a drill was taken back", "to drill", "in staging +2.1.0@7 -2.1.0", "drill", "staging/2 taken back"),
            (
                "a share is beside another version: it is no matter what runs",
                "to watch-production",
                "in production +2.1.0@1",
                "watch-production",
                "goes on",
            ),
            ("nothing was deployed before it", "", "in staging +2.3.0@8", "ask-staging", "goes on"),
            ("a step before the deploy", "to accept", "in staging +2.2.0@7 -2.2.0", "staging", "goes on"),
        ],
    );
    each(
        || roll_back("production"),
        &[(
            "what a person brought back",
            "to production; done production",
            "in production +2.2.0@7 -2.2.0",
            "production",
            "goes on",
        )],
    );
}

#[test]
fn what_production_has_already() {
    let steps = r#"{ do = "deploy", environment = "production", git-ref = "{tag}" }"#;
    let stages = format!("[[release.stage]]\nname = \"All\"\nsteps = [{steps}]\n");
    let rows = [
        ("a later version", one_stage(steps), "+2.3.0@8", Some("2.3.0")),
        ("the release itself, under another name", one_stage(steps), "+2.3.0@7", None),
        ("a build that is no version", one_stage(steps), "+nightly@8", None),
        ("a later one for a hotfix", hotfix(&stages), "+2.3.0@8", Some("2.3.0")),
        ("a later one, that a person takes back", roll_back("production"), "+2.3.0@8", None),
        ("a later date", calver(&stages), "+26.03.03@8", Some("26.03.03")),
        ("an earlier date", calver(&stages), "+26.02.09@8", None),
        ("a release that goes nowhere", one_stage(r#"{ do = "notes" }"#), "+2.3.0@8", None),
    ];
    compare(rows.map(|(about, release, events, expected)| {
        let ledgers = BTreeMap::from([("production".to_owned(), ledger(events))]);
        let later = later_in_production(&release, "production", &ledgers).map(|later| later.version.clone());
        (about, later, expected.map(str::to_owned))
    }));
}

#[test]
fn what_a_later_version_in_production_settles() {
    let rows = [
        ("it runs", "to verify", "in production +2.1.0@1 +2.2.0@7", "nothing"),
        ("a fix came after it", "to verify", "in production +2.2.0@7 +2.2.1@8", "verify by 2.2.1"),
        (
            "… and somebody had rejected it",
            "to verify; rejected verify bob",
            "in production +2.2.0@7 +2.2.1@8",
            "verify by 2.2.1",
        ),
        (
            "… before it was told that it is live",
            "to tell-live",
            "in production +2.2.0@7 +2.2.1@8",
            "tell-live by 2.2.1",
        ),
        ("an older version came after it", "to verify", "in production +2.2.0@7 +2.1.0@8", "nothing"),
        ("it was taken back", "to verify", "in production +2.1.0@1 +2.2.0@7 -2.2.0@7", "nothing"),
        ("a later version runs in staging", "to qa", "in staging +2.2.0@7 +2.3.0@8", "nothing"),
        ("it has not come to production yet", "to qa", "in production +2.3.0@8", "nothing"),
        ("it is over", "to verify; done verify; finished", "in production +2.2.0@7 +2.2.1@8", "nothing"),
    ];
    compare(rows.map(|(about, history, goes_on, expected)| {
        let release = happened(one_stage(STEPS), history);
        let found = overtaken(&release, &surroundings(&release, goes_on), minute(600));
        let told = found.map_or("nothing".to_owned(), |fact| match fact {
            Fact::Overtaken { step, by, .. } => format!("{} by {by}", named(&release, [step])),
            other => format!("{other:?}"),
        });
        (about, told, expected.to_owned())
    }));
}

#[test]
fn what_has_come_to_production_lets_others_go() {
    let rows = [
        ("it is on its way", "to production", "in production +2.1.0@1", false),
        ("it is there", "to verify", "in production +2.2.0@7", true),
        ("nothing is known of production", "to verify", "", true),
        ("another came after it", "to verify", "in production +2.2.0@7 +2.3.0@8", true),
        ("it was taken back", "to verify", "in production +2.2.0@7 -2.2.0@7", false),
    ];
    compare(rows.map(|(about, history, goes_on, expected)| {
        let release = happened(one_stage(STEPS), history);
        (about, runs_in_production(&release, &surroundings(&release, goes_on).ledgers), expected)
    }));
}

/// Two parts of the world, one after the other, and what is done before and after.
fn worlds() -> Release {
    let steps = r#"
        { do = "deploy", environment = "staging", git-ref = "{tag}" },
        { do = "deploy", environment = "eu", git-ref = "{tag}" },
        { do = "sign-off", name = "eu-fine", title = "the word of Europe", roles = ["qa"] },
        { do = "deploy", environment = "us", git-ref = "{tag}" },
        { do = "announce", what = "live" },
        { do = "sign-off", name = "verify", title = "verification", roles = ["qa"] },
    "#;
    let said = || vec!["eu".to_owned(), "us".to_owned()];
    decided(one_stage(steps), |spec| spec.plan.said_to_be_production = said())
}

#[test]
fn each_production_counts() {
    each(
        worlds,
        &[
            ("both run it", "to verify", "in eu +2.2.0@7; in us +2.2.0@7", "verify", "goes on"),
            ("one was taken back", "to tell-live", "in eu -2.2.0@7; in us +2.2.0@7", "tell-live", "eu taken back"),
            ("one is taken back before the other", "to ask-us", "in eu +2.2.0@7 -2.2.0@7", "ask-us", "eu taken back"),
            ("the last one was taken back", "to verify", "in us +2.2.0@7 -2.2.0@7", "verify", "us taken back"),
            (
                "one has a later version: it is not LIVE there any more",
                "to tell-live",
                "in eu +2.2.0@7 +2.3.0@8; in us +2.2.0@7",
                "tell-live",
                "eu replaced",
            ),
            (
                "one has a later version: the other still comes",
                "to ask-us",
                "in eu +2.2.0@7 +2.3.0@8",
                "ask-us",
                "goes on",
            ),
            ("staging has moved on", "to verify", "in staging +2.3.0@8", "verify", "goes on"),
        ],
    );
    let rows = [
        ("one has it, the other is to come", "to us", "in eu +2.2.0@7", false),
        ("all have it", "to verify", "in eu +2.2.0@7; in us +2.2.0@7", true),
        ("all have it, and one was taken back", "to verify", "in eu +2.2.0@7 -2.2.0@7; in us +2.2.0@7", false),
        ("the last has it", "to us; done eu; came us 2.2.0", "in eu +2.2.0@7 -2.2.0@7", false),
    ];
    compare(rows.map(|(about, history, goes_on, expected)| {
        let release = happened(worlds(), history);
        (about, runs_in_production(&release, &surroundings(&release, goes_on).ledgers), expected)
    }));
    let rows = [
        ("a later version in one", "eu", "in eu +2.3.0@8", Some("2.3.0")),
        ("a later version in the other", "eu", "in us +2.3.0@8", None),
        ("a later version in the last", "us", "in us +2.3.0@8", Some("2.3.0")),
        ("a later version where nobody meets it", "staging", "in staging +2.3.0@8", None),
    ];
    compare(rows.map(|(about, environment, goes_on, expected)| {
        let release = worlds();
        let ledgers = surroundings(&release, goes_on).ledgers;
        let later = later_in_production(&release, environment, &ledgers).map(|later| later.version.clone());
        (about, later, expected.map(str::to_owned))
    }));
}
