//! No match over an enum of ours has an arm for whatever else there is: who adds a variant is led to each place that decides.

use std::collections::BTreeSet;

use super::source::{Source, sources};

/// The names of the enums that some files declare.
fn enums(sources: &[Source]) -> BTreeSet<String> {
    let declared = |source: &Source| {
        let bare = source.bare();
        let names = bare.match_indices("enum ").map(|(at, word)| name(&bare[at + word.len()..]).to_owned());
        names.collect::<Vec<_>>()
    };
    sources.iter().flat_map(declared).filter(|name| !name.is_empty()).collect()
}

/// The name with which a text begins.
fn name(text: &str) -> &str {
    let end = text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(text.len());
    &text[..end]
}

/// The lines on which a match over one of these enums has a wildcard for an arm.
fn wildcards(source: &Source, enums: &BTreeSet<String>) -> Vec<usize> {
    let bare = source.bare();
    let mut found = vec![];
    for (at, word) in bare.match_indices("match ") {
        if bare[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let arms = arms(&bare, at + word.len());
        if !arms.iter().any(|(_, pattern)| is_over(pattern, enums)) {
            continue;
        }
        let wild = arms.iter().filter(|(_, pattern)| *pattern == "_" || pattern.starts_with("_ if "));
        found.extend(wild.map(|(at, _)| bare[..*at].matches('\n').count() + 1));
    }
    found
}

/// Whether a pattern names a variant of one of these enums: `Step::Tag { .. }`, `Self::Tag`.
fn is_over(pattern: &str, enums: &BTreeSet<String>) -> bool {
    let pattern = pattern.split(" if ").next().unwrap_or_default();
    pattern.match_indices("::").any(|(at, path)| {
        let start = pattern[..at].rfind(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        let of = &pattern[start.map_or(0, |start| start + 1)..at];
        let variant = pattern[at + path.len()..].starts_with(|letter: char| letter.is_ascii_uppercase());
        variant && (of == "Self" || enums.contains(of))
    })
}

/// The patterns of the match whose scrutinee begins at `at`, each with its place.
fn arms(bare: &str, at: usize) -> Vec<(usize, &str)> {
    let mut arms = vec![];
    let Some(opened) = end(bare, at, "{") else { return arms };
    let mut at = opened + 1;
    // A pattern ends at its arrow; what lies before the closing brace is none.
    while let Some(arrow) = end(bare, at, "=>") {
        let pattern = bare[at..arrow].trim_start();
        arms.push((arrow - pattern.len(), pattern.trim_end()));
        let body = arrow + 2;
        let body = body + (bare[body..].len() - bare[body..].trim_start().len());
        let closed = match bare[body..].starts_with('{') {
            true => end(bare, body + 1, "}").map(|closed| closed + 1),
            false => end(bare, body, ",").or_else(|| end(bare, body, "}")),
        };
        let Some(closed) = closed else { break };
        at = closed + usize::from(bare[closed..].starts_with(','));
    }
    arms
}

/// Where a text stands next that is in no bracket opened since; none if the bracket around it is closed before.
fn end(bare: &str, from: usize, text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, letter) in bare[from..].char_indices() {
        if depth == 0 && bare[from + at..].starts_with(text) {
            return Some(from + at);
        }
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return None,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[test]
fn no_match_over_an_enum_of_ours_has_a_wildcard() {
    let all = sources(&["src", "commands"]);
    let enums = enums(&all);
    for known in ["Step", "Fact", "Wait", "Bump", "Roll"] {
        assert!(enums.contains(known), "{known} is an enum, but is not seen to be");
    }
    let bad = "//! x\nfn x(step: Step, n: u8) {\n    match step {\n        Step::Tag { name } => f(match n { 1 => 2, _ => 3 }),\n        \
               Step::Notes if x => {}\n        _ if y => vec![Step::Tag],\n        _ => {\n            z()\n        }\n    }\n}\n";
    assert_eq!(wildcards(&Source::new("src/x.rs", bad), &enums), [6, 7], "the bad sample passes");
    let bad = "//! x\nfn x() {\n    let y = match (a, b) {\n        (Some(Self::A), \"_ => \") => 1,\n        _ => 2,\n    };\n}\n";
    assert_eq!(wildcards(&Source::new("src/x.rs", bad), &enums), [5], "the bad sample passes");
    let good = "//! x\nfn x(n: u8) {\n    match n {\n        1 => Step::Tag,\n        _ if n > 2 => Step::Notes,\n        _ => y,\n    }\n    \
                match step {\n        Step::Tag { .. } => 1,\n        Step::Notes | Step::Thaw => match n {\n            _ => 1,\n        },\n    }\n}\n";
    assert_eq!(wildcards(&Source::new("src/x.rs", good), &enums), [0_usize; 0], "the good sample does not pass");
    let mut found = vec![];
    for source in &all {
        found.extend(wildcards(source, &enums).into_iter().map(|line| format!("{}:{line}", source.path)));
    }
    assert!(
        found.is_empty(),
        "these arms stand for whatever else there is:\n  {}\nThe way out: spell it out, or ask the enum a question",
        found.join("\n  ")
    );
}
