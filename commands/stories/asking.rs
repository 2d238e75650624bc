//! What is missing is asked for, and the answer is filled in.

use crate::{ArgKind, Command, Invocation, SPECS, UsageError};

#[test]
fn a_missing_description_is_asked_for_and_filled_in() {
    let said = Invocation::new("hotfix").with("project", "api");
    let Err(UsageError::Missing(arg, command)) = Command::read(&said) else { panic!("nothing was missing") };
    assert_eq!((arg.name, arg.question, command.path), ("description", "What is broken?", "hotfix"));

    let complete = said.with(arg.name, "login is broken");
    assert!(matches!(Command::read(&complete), Ok(Command::Hotfix(_))));
}

#[test]
fn a_second_answer_replaces_the_first() {
    let said = Invocation::new("why").with("project", "api").with("project", "web");
    assert_eq!((said.arg("project"), said.args.len()), (Some("web"), 1));
}

#[test]
fn every_argument_has_its_question() {
    let question = |path: &str, arg: &str| crate::spec(path).unwrap().arg(arg).unwrap().question;
    assert_eq!(question("release prepare", "project"), "Which project?");
    assert_eq!(question("release prepare", "source"), "From which branch?");
    assert_eq!(question("approve", "gate"), "Which gate?");
    assert_eq!(question("freeze lift", "freeze"), "Which freeze?");
    assert_eq!(question("freeze start", "reason"), "Why may nothing change now?");
    for arg in SPECS.iter().flat_map(|spec| spec.args) {
        assert!(arg.question.ends_with('?'), "{}", arg.name);
    }
}

#[test]
fn suggestions_exist_for_what_the_bot_knows_by_name() {
    let suggested = [
        ArgKind::Project,
        ArgKind::Release,
        ArgKind::Branch,
        ArgKind::Gate,
        ArgKind::Freeze,
        ArgKind::Date,
        ArgKind::Story,
        ArgKind::Environment,
        ArgKind::Story,
    ];
    assert!(suggested.iter().all(|kind| kind.is_suggested()));
    let said_freely = [ArgKind::Text, ArgKind::Reason, ArgKind::Number, ArgKind::Flag, ArgKind::Choice(&["a"])];
    assert!(!said_freely.iter().any(|kind| kind.is_suggested()));
}
