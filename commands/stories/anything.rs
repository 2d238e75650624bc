//! Whatever is typed, the bot answers; it never falls over and never hears something else the second time.

use crate::{Command, Invocation, SPECS, parse_text};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

const SCRAPS: &[&str] = &[
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

fn scraps(dice: &mut Dice) -> String {
    let pieces = dice.roll(12);
    (0..pieces).map(|_| SCRAPS[dice.roll(SCRAPS.len())]).collect()
}

#[test]
fn no_line_makes_it_fall_over() {
    let mut dice = Dice(7);
    let (mut commands, mut mistakes) = (0, 0);
    for round in 0..10_000 {
        let start = if round % 3 == 0 { "/".to_owned() } else { format!("/{} ", SPECS[dice.roll(SPECS.len())].path) };
        let line = start + &scraps(&mut dice);
        match parse_text(&line, "ShipmateBot") {
            Some(Ok(heard)) => {
                let again = parse_text(&heard.to_string(), "ShipmateBot");
                assert_eq!(again, Some(Ok(heard.clone())), "{line:?} is typed back as {heard}");
                match Command::read(&heard) {
                    Ok(command) => {
                        commands += 1;
                        assert_eq!(Command::read(&command.invocation()), Ok(command), "{line:?}");
                    }
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
            Some(Err(error)) => {
                mistakes += 1;
                assert!(!error.to_string().is_empty());
            }
            None => {}
        }
    }
    assert!(commands > 500 && mistakes > 500, "the lines are varied: {commands} commands, {mistakes} mistakes");
}

#[test]
fn no_button_makes_it_fall_over_and_what_fits_comes_back() {
    let mut dice = Dice(11);
    let mut fitting = 0;
    for _ in 0..10_000 {
        let carried = scraps(&mut dice);
        if let Some(heard) = Invocation::decode(&carried) {
            let again = heard.encode().and_then(|carried| Invocation::decode(&carried));
            assert!(again.is_none_or(|again| again == heard), "{carried:?}");
            let _answer = Command::read(&heard);
        }
        let said = Invocation { path: scraps(&mut dice), args: vec![(scraps(&mut dice), scraps(&mut dice))] };
        if let Some(carried) = said.encode() {
            fitting += 1;
            assert_eq!(Invocation::decode(&carried), Some(said), "{carried:?}");
        }
    }
    assert!(fitting > 1_000, "only {fitting} of them fit");
}
