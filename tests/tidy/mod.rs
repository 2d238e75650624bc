//! The house is tidy: each rule of its order is read off the source, and tried on a sample that breaks it.

mod circles;
mod effects;
mod files;
mod literals;
mod loops;
mod names;
mod parts;
mod source;
mod steps;
mod wildcards;

use std::collections::BTreeSet;

use source::{Source, sources};

/// A broken rule: the line from 1, and what is wrong there.
type Broken = (usize, String);

/// Reads everything, and first the bad sample: a rule that cannot fail proves nothing.
fn rule(name: &str, way_out: &str, folders: &[&str], bad: (&str, &str), check: impl Fn(&Source) -> Vec<Broken>) {
    assert!(!check(&Source::new(bad.0, bad.1)).is_empty(), "{name}: the bad sample passes");
    let mut problems = vec![];
    for source in sources(folders) {
        problems.extend(check(&source).into_iter().map(|(line, what)| format!("{}:{line}: {what}", source.path)));
    }
    assert!(problems.is_empty(), "{name}\n  {}\nThe way out: {way_out}", problems.join("\n  "));
}

/// The part of the house that a file of `src` belongs to: `store`, `chat`, `clock`, …
fn part(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    if inside.starts_with("engine/steps/") {
        return "engine::steps";
    }
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Compares what breaks a rule with those that are known to, one a line: nobody joins them, and whoever breaks it no more has
/// to leave the list.
fn only_shrinks(list: &str, known: &str, found: &BTreeSet<String>) {
    let known: BTreeSet<String> = known.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let of =
        |one: &BTreeSet<String>, other| one.difference(other).map(|line| format!("\n  {line}")).collect::<String>();
    let (new, gone) = (of(found, &known), of(&known, found));
    assert!(new.is_empty(), "these break the rule, and {list} does not know them:{new}");
    assert!(
        gone.is_empty(),
        "these break the rule no more; take them out of {list}, which only ever gets shorter:{gone}"
    );
}

#[test]
fn a_list_only_shrinks() {
    let shrinks = |known: &'static str, found: &'static [&'static str]| {
        let found = found.iter().map(|line| (*line).to_owned()).collect();
        std::panic::catch_unwind(|| only_shrinks("a list", known, &found)).is_ok()
    };
    assert!(shrinks("# why\na\nb\n", &["a", "b"]) && shrinks("# why\n", &[]));
    assert!(!shrinks("# why\na\n", &["a", "b"]), "b is new");
    assert!(!shrinks("# why\na\nb\n", &["a"]), "b has to leave the list");
}
