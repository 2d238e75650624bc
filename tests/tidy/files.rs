//! Files say what they are, and are short.

use super::rule;

#[test]
fn every_file_says_what_it_is_and_is_short() {
    rule(
        "every file opens with one sentence",
        "begin it with `//! `",
        &["src", "commands", "sandbox", "tests"],
        ("src/x.rs", "use std::fmt;\n"),
        |source| if source.text.starts_with("//! ") { vec![] } else { vec![(1, "does not say what it is".to_owned())] },
    );
    const LONGEST: usize = 400;
    rule(
        "no file is longer than 400 lines",
        "give what stands on its own a file of its own",
        &["src", "commands", "sandbox/src", "tests", "benches"],
        ("src/x.rs", &"//! x\n".repeat(LONGEST + 1)),
        |source| {
            let lines = source.text.lines().count();
            if lines > LONGEST { vec![(lines, format!("has {lines} lines"))] } else { vec![] }
        },
    );
}
