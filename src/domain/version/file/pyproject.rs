//! `pyproject.toml`, of any build backend and of Poetry.

use std::ops::Range;

use toml::de::DeValue;

use super::toml_text::{find, inside, parsed, text_of};

/// The project's version.
pub(super) fn spots(text: &str) -> Result<Vec<Range<usize>>, String> {
    let table = parsed(text)?;
    let places = [&["project", "version"][..], &["tool", "poetry", "version"][..]];
    let found: Vec<_> = places.into_iter().filter_map(|place| find(&table, place)).collect();
    if !found.is_empty() {
        return found.into_iter().map(|value| inside(text, value)).collect();
    }
    let dynamic = find(&table, &["project", "dynamic"]).is_some_and(|dynamic| match dynamic.get_ref() {
        DeValue::Array(words) => words.iter().any(|word| text_of(word) == Some("version")),
        _ => false,
    });
    Err(match dynamic {
        true => "its version is dynamic: name the file that holds it, with the `pattern` by which it is found there",
        false => "neither [project] nor [tool.poetry] has a version in it",
    }
    .to_owned())
}
