//! What a button carries is what it says when pressed.

use super::{heard, understood};
use crate::{BUTTON_BYTES, Command, Invocation};

#[test]
fn an_approval_on_a_button() {
    let button = Invocation::new("approve").with("gate", "qa").with("version", "#12");
    assert_eq!(button.encode().as_deref(), Some("approve|gate=qa|version=#12"));
    assert_eq!(Invocation::decode("approve|gate=qa|version=#12"), Some(button));
}

#[test]
fn the_signs_that_hold_it_together_may_also_be_said() {
    let odd = Invocation::new("reject").with("reason", r"a|b=c\d“é”").with("x=y|z", "").with("gate", "\n");
    let carried = odd.encode().unwrap();
    assert_eq!(carried, "reject|reason=a\\|b=c\\\\d“é”|x\\=y\\|z=|gate=\n");
    assert_eq!(Invocation::decode(&carried), Some(odd));
}

#[test]
fn what_does_not_fit_is_refused_instead_of_cut() {
    let fits = "x".repeat(BUTTON_BYTES - "reject|reason=".len());
    assert_eq!(Invocation::new("reject").with("reason", &fits).encode().map(|carried| carried.len()), Some(64));
    assert_eq!(Invocation::new("reject").with("reason", fits + "x").encode(), None);
    assert_eq!(Invocation::new("reject").with("reason", "é".repeat(26)).encode(), None, "bytes count, not letters");
    assert_eq!(Invocation::default().encode(), None);
}

#[test]
fn a_button_that_is_not_ours_says_nothing() {
    for carried in ["", "|", "|gate=qa", "approve|gate", "approve|gate=qa|", "approve\\", &"x".repeat(65)] {
        assert_eq!(Invocation::decode(carried), None, "{carried}");
    }
}

#[test]
fn an_understood_command_can_be_said_again() {
    for line in [
        "/release prepare api 2.2.0 minor develop dry-run",
        "/hotfix it is\n \"broken\" version=2.2.1",
        "/freeze start moving until=Monday 9:00",
        "/freeze lift “winter break”",
        "/approve qa #12 note=well done",
        "/whoami",
    ] {
        let command = understood(line);
        assert_eq!(Command::read(&command.invocation()), Ok(command.clone()), "on a button: {line}");
        assert_eq!(understood(&command.invocation().to_string()), command, "typed: {line}");
        assert_eq!(command.path(), heard(line).path);
    }
}

#[test]
fn a_recorded_command_reads_as_it_is_typed() {
    let said = Invocation::new("reject").with("reason", "not \"yet\"").with("gate", "qa");
    assert_eq!(said.to_string(), r#"/reject reason="not \"yet\"" gate=qa"#);
}
