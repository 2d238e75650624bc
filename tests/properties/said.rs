//! What people type and what buttons carry.

use commands::{BUTTON_BYTES, Command, Invocation, SPECS, parse_text};
use proptest::{collection::vec, prelude::*};

use super::{
    cases,
    near::{near, scraps},
};

const LINES: [&str; 12] = [
    "/release prepare api bump=minor dry-run",
    "/release prepare api 2.2.0 from release/v2.1",
    "/freeze start api until Mon 11:00 \"the quarter ends\"",
    "/freeze exempt #12 it cannot wait until=17:00",
    "/freeze lift 3 reason=done",
    "/schedule move departure to Tue 10:00 because of the fair",
    "/hotfix login is broken severity=1",
    "/reject qa #12 reason=\"the total is \\\"wrong\\\"\"",
    "/release add S-10001, S-10002 S-10003",
    "/release rollback production \u{201c}it is down\u{201d}",
    "/flag on new-checkout production",
    "/why@ShipmateBot api",
];

/// What lines are made of: words that mean something, and what stands between them.
const WORDS: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "/",
    "@",
    "@ShipmateBot",
    "@Other",
    "=",
    "==",
    "|",
    "\\",
    "\\\"",
    "\"",
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "-",
    "—",
    "--",
    "dry-run",
    "dry-run=",
    "dry",
    "run",
    "#",
    "#12",
    "2.2.0",
    "v1.2",
    "minor",
    "api",
    "é",
    "日本",
    "👩‍🚀",
    "\u{0}",
    "\u{202e}",
    "release",
    "prepare",
    "release prepare ",
    "freeze start ",
    "reject ",
    "approve ",
    "hotfix ",
    "tick",
    "_",
    "reason=",
    "gate=",
    "version=",
    "project=",
    "until=",
    "note=",
    "x=",
    "bump=",
    "REASON=",
    "a",
    "login is broken",
];

fn words() -> impl Strategy<Value = String> {
    vec(prop::sample::select(WORDS), 0..12).prop_map(|words| words.concat())
}

/// What is heard, typed back, is heard as the same; and so is the command that it is.
fn is_heard_again(heard: &Invocation) -> Result<(), TestCaseError> {
    let again = parse_text(&heard.to_string(), "ShipmateBot");
    prop_assert_eq!(again, Some(Ok(heard.clone())), "{} is not heard again", heard);
    if let Ok(command) = Command::read(heard) {
        prop_assert_eq!(Command::read(&command.invocation()), Ok(command));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(4096))]

    #[test]
    fn whatever_is_typed_is_heard_or_refused(
        line in prop_oneof![
            near(LINES),
            (prop::sample::select(SPECS), prop_oneof![words(), scraps()]).prop_map(|(spec, rest)| format!("/{} {rest}", spec.path)),
            words().prop_map(|rest| format!("/{rest}")),
        ],
    ) {
        match parse_text(&line, "ShipmateBot") {
            Some(Ok(heard)) => {
                is_heard_again(&heard)?;
                if let Err(told) = Command::read(&heard) {
                    prop_assert!(!told.to_string().is_empty());
                }
            }
            Some(Err(told)) => prop_assert!(!told.to_string().is_empty()),
            None => {}
        }
    }

    #[test]
    fn what_fits_onto_a_button_comes_back(
        path in prop_oneof![near(["release prepare", "approve"]), words(), scraps()],
        args in vec((near(["gate", "version"]), prop_oneof![near(["qa", "#12"]), words()]), 0..3),
    ) {
        let said = Invocation { path, args };
        if let Some(carried) = said.encode() {
            prop_assert!(carried.len() <= BUTTON_BYTES);
            prop_assert_eq!(Invocation::decode(&carried), Some(said), "{}", carried);
        }
    }

    #[test]
    fn whatever_a_button_carries_is_understood_or_not_ours(
        carried in prop_oneof![near(["approve|gate=qa|version=#12", "why|project=a\\=p\\|i", "tick|line=1|gate=qa"]), scraps()],
    ) {
        if let Some(heard) = Invocation::decode(&carried) {
            if let Some(again) = heard.encode() {
                prop_assert_eq!(Invocation::decode(&again), Some(heard.clone()));
            }
            let _understood = Command::read(&heard).map_err(|told| told.to_string());
        }
    }
}
