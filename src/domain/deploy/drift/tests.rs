//! What differs between two environments, and what was reverted.

use super::{Running, drift, is_reverted};
use crate::domain::release::samples::{compare, running as ran};

const BAD: &str = "abc1234abc1234abc1234abc1234abc1234abcd";

fn running(version: &str, commit: &str, config: Option<&str>) -> Running {
    let digest = Some(format!("sha256:{}", commit.repeat(9)));
    let config = config.map(|letter| format!("sha256:{}", letter.repeat(64)));
    Running { commit: Some(commit.into()), digest, config, ..ran(version, 1, 0) }
}

#[test]
fn what_differs_is_told_and_nothing_else() {
    let told = |a: &Running, b: &Running| drift(("staging", a), ("production", b)).join("; ");
    let old = running("2.1.1", "1111111", Some("a"));
    assert_eq!(told(&old, &old), "");
    let new = running("2.2.0", "2222222", Some("b"));
    assert_eq!(
        told(&new, &old),
        "version: staging runs 2.2.0, production 2.1.1; \
         configuration: staging has sha256:bbbbbbbbbbbb, production sha256:aaaaaaaaaaaa"
    );
    let silent = running("2.1.1", "3333333", None);
    assert_eq!(
        told(&silent, &old),
        "commit: 2.1.1 is 3333333 in staging, 1111111 in production; \
         artifact: staging has sha256:333333333333, production sha256:111111111111; \
         configuration: staging has not reported its own"
    );
}

#[test]
fn a_revert_counts_unless_it_was_reverted_itself() {
    let revert = format!("Revert \"feat: carts\"\n\nThis reverts commit {BAD}.");
    let short = "Revert \"feat: carts\"\n\nThis reverts commit abc1234.";
    let again = "Reapply \"feat: carts\"\n\nThis reverts commit 7777777777.";
    let seven = "7777777777777777777777777777777777777777";
    let is = |after: &[(&str, &str)]| is_reverted(&[BAD], Some(12), after);
    assert!(!is(&[("1", "feat: more carts"), ("2", "This reverts commit abc999999.")]));
    assert!(is(&[("1", "feat: more"), (seven, &revert)]) && is(&[(seven, short)]));
    assert!(!is(&[(seven, &revert), ("8", again)]));
    assert!(is(&[(seven, &revert), ("8", again), ("9", short)]));
    assert!(is(&[("1", "Revert carts (#14)\n\nReverts acme/api#12")]) && !is(&[("1", "Reverts acme/api#1")]));
}

/// Version, commit, artifact and configuration; `-` for what is not reported.
fn reported(text: &str) -> Running {
    let words: Vec<&str> = text.split_whitespace().collect();
    let one = |at: usize| Some(words[at]).filter(|word| *word != "-").map(str::to_owned);
    Running { commit: one(1), digest: one(2), config: one(3), ..ran(words[0], 1, 0) }
}

#[test]
fn what_differs_between_staging_and_production() {
    let rows = [
        ("nothing", "2.2.0 c1 d1 f1", "2.2.0 c1 d1 f1", ""),
        ("nothing is reported but the version", "2.2.0 - - -", "2.2.0 - - -", ""),
        ("the version; another artifact goes without saying", "2.2.0 c2 d2 f1", "2.1.0 c1 d1 f1", "version"),
        ("the name of the version alone", "2.2.0-rc.1 c1 d1 f1", "2.2.0 c1 d1 f1", "version, same commit"),
        ("the same commit, built twice", "2.2.0-rc.1 c1 d1 f1", "2.2.0 c1 d2 f1", "version, same commit; artifact"),
        ("versions whose commits are not known", "2.2.0 - d2 -", "2.1.0 - d1 -", "version"),
        ("the same version of another commit", "2.2.0 c2 d1 f1", "2.2.0 c1 d1 f1", "commit"),
        ("one commit is not known", "2.2.0 - d1 f1", "2.2.0 c1 d1 f1", ""),
        ("the artifact of the same version", "2.2.0 c1 d2 f1", "2.2.0 c1 d1 f1", "artifact"),
        ("one artifact is not known", "2.2.0 c1 - f1", "2.2.0 c1 d1 f1", ""),
        ("the configuration", "2.2.0 c1 d1 f2", "2.2.0 c1 d1 f1", "configuration"),
        ("staging says nothing of its configuration", "2.2.0 c1 d1 -", "2.2.0 c1 d1 f1", "staging is silent"),
        ("production says nothing of its configuration", "2.2.0 c1 d1 f1", "2.2.0 c1 d1 -", "production is silent"),
        ("all of it", "2.2.0 c2 d2 f2", "2.1.0 c1 d1 f1", "version; configuration"),
    ];
    compare(rows.map(|(about, staging, production, expected)| {
        let lines = drift(("staging", &reported(staging)), ("production", &reported(production)));
        let short = |line: &String| match line.split_once(": ") {
            Some(("configuration", rest)) if rest.ends_with("not reported its own") => {
                format!("{} is silent", rest.split(' ').next().unwrap_or_default())
            }
            Some((what, rest)) if rest.ends_with("the same commit") => format!("{what}, same commit"),
            Some((what, _)) => what.to_owned(),
            None => line.clone(),
        };
        (about, lines.iter().map(short).collect::<Vec<_>>().join("; "), expected.to_owned())
    }));
}
