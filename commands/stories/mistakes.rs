//! Every mistake is answered with one sentence and the way out.

use super::mistake;
use crate::{Command, Invocation, UsageError, parse_text};

fn told(line: &str) -> String {
    mistake(line).to_string()
}

#[test]
fn a_command_that_does_not_exist() {
    assert_eq!(told("/hotfx now"), "There is no command “hotfx”; did you mean /hotfix?");
    assert_eq!(told("/prepare api"), "There is no command “prepare”; did you mean /release prepare?");
    assert_eq!(told("/release prepair api"), "There is no command “release prepair”; did you mean /release prepare?");
    assert_eq!(told("/realese prepare"), "There is no command “realese”; did you mean /release prepare?");
    assert_eq!(told("/weather"), "There is no command “weather”; /help lists them all.");
    assert_eq!(told("/release_everything_now"), "There is no command “release everything now”; /help lists them all.");
}

#[test]
fn a_group_without_one_of_its_commands() {
    assert_eq!(
        told("/release project=api"),
        "Say what to do after /release: prepare, status, more, list, next, notes, add, remove, promote, merge, retry, \
         skip, review, cancel, rollback, resume or adopt."
    );
    assert_eq!(told("/freeze api"), "After /freeze comes start, lift, status, exempt, grant or refuse, not “api”.");
    assert_eq!(
        told("/freeze project=api"),
        "Say what to do after /freeze: start, lift, status, exempt, grant or refuse."
    );
}

#[test]
fn what_only_buttons_say_cannot_be_typed() {
    assert!(matches!(mistake("/tick 1"), UsageError::Unknown { did_you_mean: None, .. }));
    assert!(Command::read(&Invocation::new("tick").with("item", "1")).is_ok());
}

#[test]
fn something_needed_is_missing() {
    assert_eq!(told("/hotfix"), "What is broken? Add description=\"…\" to /hotfix.");
    assert_eq!(told("/reject gate=qa"), "What is wrong? Add reason=\"…\" to /reject.");
    assert_eq!(told("/reject \"  \""), "What is wrong? Add reason=\"…\" to /reject.");
}

#[test]
fn a_value_that_cannot_be_read() {
    assert_eq!(
        told("/release prepare api bump=huge"),
        "I cannot take the bump: “huge” is none of major, minor and patch."
    );
    assert_eq!(
        told("/release status api soon"),
        "I cannot take the version: “soon” is not a release; write its version such as 2.2.0, or #12."
    );
    assert_eq!(
        told("/release prepare version=next"),
        "I cannot take the version: “next” is not a version; write one such as 2.2.0, or leave it out to have it computed."
    );
    assert_eq!(
        told("/release prepare source=a..b"),
        "I cannot take the source: “a..b” cannot be a branch; write one such as main or release/v2.2.0."
    );
    assert_eq!(told("/release merge dry-run=perhaps"), "I cannot take the dry-run: “perhaps” is neither yes nor no.");
    assert_eq!(told("/release list project="), "I cannot take the project: nothing comes after project=.");
    assert_eq!(told("/why project=api project=web"), "I cannot take the project: it is given twice; say it once.");
}

#[test]
fn something_the_command_does_not_know() {
    assert_eq!(told("/release prepare porject=api"), "/release prepare has no “porject”; did you mean project?");
    assert_eq!(told("/reject resaon=broken"), "/reject has no “resaon”; did you mean reason?");
    assert_eq!(told("/whoami please"), "/whoami takes nothing after it, so leave out “please”.");
    assert_eq!(
        told("/release list api web"),
        "/release list does not know what to do with “web”; it takes project, and words that belong together go in quotes."
    );
    let from_elsewhere = Command::read(&Invocation::new("help").with("comand", "why")).unwrap_err();
    assert_eq!(from_elsewhere.to_string(), "/help has no “comand”; did you mean command?");
}

#[test]
fn a_dry_run_where_there_is_none_is_refused_instead_of_done() {
    for line in [
        "/release cancel wrong branch dry-run",
        "/reject broken --dry-run",
        "/release retry dry-run",
        "/release cancel wrong branch dry-run=yes",
        "/release skip flaky, dry run",
        "/release retry dry run",
    ] {
        assert!(matches!(mistake(line), UsageError::Unexpected { did_you_mean: None, .. }), "{line}");
    }
    assert!(parse_text("/release cancel \"we only meant a dry-run\"", "b").is_some_and(|heard| heard.is_ok()));
}

#[test]
fn a_form_may_leave_fields_blank_but_not_say_one_twice() {
    let form = Invocation::new("approve").with("gate", "qa").with("note", " ").with("version", "");
    let Ok(Command::Approve(said)) = Command::read(&form) else { panic!("a form with blank fields is fine") };
    assert_eq!((said.note, said.version), (None, None));

    let mut twice = Invocation::new("why").with("project", "api");
    twice.args.push(("project".to_owned(), "web".to_owned()));
    assert!(matches!(Command::read(&twice), Err(UsageError::Invalid { .. })));
}

#[test]
fn a_very_long_mistake_is_answered_shortly() {
    for line in [format!("/{}", "a".repeat(5000)), format!("/why {}", "é".repeat(5000))] {
        assert!(told(&line).chars().count() < 200, "{}", told(&line));
    }
}
