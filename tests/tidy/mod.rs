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
