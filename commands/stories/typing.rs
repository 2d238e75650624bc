//! People type commands the way people type.

use super::{args, heard, understood};
use crate::{Bump, Command, ReleaseRef, parse_text};

#[test]
fn preparing_a_release_with_everything_said() {
    let Command::ReleasePrepare(said) =
        understood("/release prepare api version=v2.2.0 bump=minor source=develop dry-run")
    else {
        panic!("another command was understood");
    };
    assert_eq!(said.project.unwrap().as_str(), "api");
    assert_eq!(said.version.unwrap().as_str(), "2.2.0");
    assert_eq!(said.bump, Some(Bump::Minor));
    assert_eq!(said.source.unwrap().as_str(), "develop");
    assert!(said.dry_run);
}

#[test]
fn preparing_a_release_with_nothing_said() {
    let Command::ReleasePrepare(said) = understood("/release prepare") else { panic!("another command") };
    assert_eq!((said.project, said.version, said.bump, said.source, said.dry_run), (None, None, None, None, false));
}

#[test]
fn a_name_from_the_menu_is_the_same_command() {
    for line in
        ["/release_prepare api", "/release_prepare@shipmatebot api", "/Release Prepare api", "/release\nprepare\napi"]
    {
        assert_eq!(heard(line), heard("/release prepare api"), "{line}");
    }
    assert_eq!(heard("/release@ShipmateBot prepare api"), heard("/release prepare api"));
}

#[test]
fn words_for_others_are_left_alone() {
    for line in
        ["", "/", "hello", "release prepare", "/release@OtherBot prepare", "/etc/hosts is wrong", "//", "/@ShipmateBot"]
    {
        assert!(parse_text(line, "ShipmateBot").is_none(), "{line}");
    }
    assert!(parse_text("/whoami@ShipmateBot", "@shipmatebot").is_some(), "the bot's name may come with its @");
}

#[test]
fn values_without_a_name_find_their_argument() {
    assert_eq!(
        args("/release prepare api 2.2.0 minor develop"),
        "[project: api][version: 2.2.0][bump: minor][source: develop]"
    );
    assert_eq!(args("/release prepare minor api"), "[bump: minor][project: api]");
    assert_eq!(args("/release status v2.2.0"), "[version: v2.2.0]");
    assert_eq!(args("/release status #12 api"), "[version: #12][project: api]");
    assert_eq!(args("/approve qa 2.2.0"), "[gate: qa][version: 2.2.0]");
    assert_eq!(args("/freeze lift 3 api"), "[freeze: 3][project: api]");
}

#[test]
fn what_overrides_is_said_by_name() {
    for words in ["\"some words\"", "some words of mine", "api \"the backport can wait\"", "api 2.2.0 develop later"] {
        let heard = parse_text(&format!("/release prepare {words}"), "ShipmateBot");
        let waives = heard.as_ref().and_then(|heard| heard.as_ref().ok()).and_then(|heard| heard.arg("waive"));
        assert_eq!(waives, None, "{words}");
        let understood = heard.is_some_and(|heard| heard.is_ok_and(|heard| Command::read(&heard).is_ok()));
        assert!(!understood, "nobody is asked about {words}");
    }
    assert_eq!(args("/release prepare api waive=the fix is in"), "[project: api][waive: the fix is in]");
    assert_eq!(args("/release prepare waive=\"it is in\" api"), "[waive: it is in][project: api]");
}

#[test]
fn a_reason_needs_no_quotes() {
    assert_eq!(args("/reject login is broken"), "[reason: login is broken]");
    assert_eq!(args("/reject the \"Save\" button fails gate=qa"), "[reason: the \"Save\" button fails][gate: qa]");
    assert_eq!(args("/reject gate=qa login is broken"), "[gate: qa][reason: login is broken]");
    assert_eq!(args("/reject reason=login is broken gate=qa"), "[reason: login is broken][gate: qa]");
    assert_eq!(
        args("/freeze start database move until=Monday 09:00 project=api"),
        "[reason: database move][until: Monday 09:00][project: api]"
    );
    assert_eq!(
        args("/approve qa api 2.2.0 looks good to me"),
        "[gate: qa][project: api][version: 2.2.0][note: looks good to me]"
    );
}

#[test]
fn a_reason_may_have_several_lines_and_signs_of_its_own() {
    assert_eq!(
        args("/reject it fails:\n  x=1 gives  2\n  see https://a.b/?q=1"),
        "[reason: it fails:\n  x=1 gives  2\n  see https://a.b/?q=1]"
    );
    assert_eq!(args("/reject x=\"a b\" is refused"), "[reason: x=\"a b\" is refused]");
    assert_eq!(args("/reject don’t ship “as is"), "[reason: don’t ship “as is]");
}

#[test]
fn quotes_say_where_a_value_ends() {
    for line in [
        "/freeze start \"database move\" \"Monday 09:00\" api",
        "/freeze start “database move” „Monday 09:00“ api",
        "/freeze start «database move» until=“Monday 09:00” project=\"api\"",
    ] {
        assert_eq!(args(line), "[reason: database move][until: Monday 09:00][project: api]", "{line}");
    }
    assert_eq!(args(r#"/reject "say \"no\"" qa"#), r#"[reason: say "no"][gate: qa]"#);
    assert_eq!(args("/reject \"dry-run\""), "[reason: dry-run]");
}

#[test]
fn a_moment_is_said_as_people_say_it() {
    for line in [
        "/schedule move departure to Tue 10:00 \"the auditors come\"",
        "/schedule move departure \"Tue 10:00\" \"the auditors come\"",
        "/schedule move departure to=\"Tue 10:00\" the auditors come",
    ] {
        assert_eq!(args(line), "[date: departure][to: Tue 10:00][reason: the auditors come]", "{line}");
    }
    assert_eq!(
        args("/schedule skip triage on 2026-03-06 \"off-site\" dry-run"),
        "[date: triage][on: 2026-03-06][reason: off-site][dry-run: true]"
    );
}

#[test]
fn a_dry_run_is_never_taken_for_the_real_thing() {
    for line in [
        "/hotfix login is broken dry-run",
        "/hotfix dry-run login is broken",
        "/hotfix login is broken --dry-run",
        "/hotfix login is broken —dry-run",
        "/hotfix login is broken Dry_Run",
        "/hotfix login is broken dry-run=yes",
        "/hotfix login is broken dryrun=\"yes\"",
        "/hotfix login is broken dry run",
        "/hotfix Dry run login is broken",
        "/hotfix login is broken dry run version=2.2.1",
        "/hotfix login is broken dry-run project=api",
        "/hotfix project=api \"login is broken\" dryrun",
    ] {
        let Command::Hotfix(said) = understood(line) else { panic!("another command") };
        assert_eq!((said.description.as_str(), said.dry_run), ("login is broken", true), "{line}");
    }
    let Command::Hotfix(said) = understood("/hotfix the dry-run button is broken") else { panic!("another command") };
    assert!(!said.dry_run, "in the middle of a sentence it is a word like any other");
    let Command::Hotfix(said) = understood("/hotfix login is broken dry-run=no") else { panic!("another command") };
    assert!(!said.dry_run);
}

#[test]
fn a_release_is_named_by_its_version_or_its_number() {
    let Command::Why(said) = understood("/why v25.01.02") else { panic!("another command") };
    assert_eq!(said.version, Some(ReleaseRef::Version("25.01.02".to_owned())));
    let Command::Why(said) = understood("/why #12") else { panic!("another command") };
    assert_eq!(said.version, Some(ReleaseRef::Number(12)));
}

#[test]
fn opening_the_bot_on_telegram_says_hello() {
    assert_eq!(heard("/start").path, "start");
    assert_eq!(heard("/start from_a_link"), heard("/start"));
    assert_eq!(args("/help release prepare"), "[command: release prepare]");
}

#[test]
fn a_freeze_is_started_as_it_is_said() {
    for (line, heard) in [
        (
            "/freeze start api until Mon 11:00 \"the quarter ends\"",
            "[project: api][until: Mon 11:00][reason: the quarter ends]",
        ),
        ("/freeze start until Mon 11:00 “the quarter ends”", "[until: Mon 11:00][reason: the quarter ends]"),
        ("/freeze start api \"the quarter ends\"", "[project: api][reason: the quarter ends]"),
        ("/freeze start \"the quarter ends\" until Mon 11:00", "[reason: the quarter ends][until: Mon 11:00]"),
        ("/freeze start the quarter ends until Mon 11:00", "[reason: the quarter ends][until: Mon 11:00]"),
        ("/freeze start until=\"Thu 17:00\" quarter end", "[until: Thu 17:00][reason: quarter end]"),
        (
            "/freeze start api until 3h \"audit\" branches=\"main, release/*\" dry-run",
            "[project: api][until: 3h][reason: audit][branches: main, release/*][dry-run: true]",
        ),
        ("/freeze start we said \"no\" twice", "[reason: we said \"no\" twice]"),
        ("/freeze start the boss said \"no\"", "[reason: the boss said \"no\"]"),
        ("/freeze start project=api the audit", "[project: api][reason: the audit]"),
    ] {
        assert_eq!(args(line), heard, "{line}");
    }
}

#[test]
fn an_exemption_is_asked_for_and_decided_by_number() {
    assert_eq!(args("/freeze exempt #123 customers wait"), "[pull-request: #123][reason: customers wait]");
    assert_eq!(
        args("/freeze exempt 123 customers wait until Fri 12:00"),
        "[pull-request: 123][reason: customers wait][until: Fri 12:00]"
    );
    assert_eq!(
        args("/freeze exempt #123 api \"customers wait\""),
        "[pull-request: #123][project: api][reason: customers wait]"
    );
    assert_eq!(args("/freeze grant E3"), "[number: E3]");
    assert_eq!(args("/freeze refuse 3 it can wait"), "[number: 3][reason: it can wait]");
}
