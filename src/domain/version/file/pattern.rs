//! Any file, by a regular expression with one group around the version.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// Reads a pattern. `^` and `$` are the ends of a line, whichever way lines end.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(super) fn compiled(pattern: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(pattern).multi_line(true).crlf(true).build();
    let regex = regex.map_err(|mistake| {
        let told = mistake.to_string();
        let last = told.lines().last().unwrap_or_default();
        format!("it is no regular expression: {}", last.trim_start_matches("error: "))
    })?;
    match regex.captures_len() {
        2 => Ok(regex),
        1 => Err("it has no group: put ( and ) around the place of the version".to_owned()),
        _ => Err("it has more than one group: leave one, around the version, and write (?: for the others".to_owned()),
    }
}

/// What the group holds, wherever the pattern fits.
pub(super) fn spots(pattern: &str, text: &str) -> Result<Vec<Range<usize>>, String> {
    let regex = compiled(pattern).map_err(|mistake| format!("`{pattern}`: {mistake}"))?;
    let spots: Vec<_> = regex.captures_iter(text).filter_map(|found| found.get(1)).map(|group| group.range()).collect();
    if spots.is_empty() { Err(format!("nothing in it fits the pattern `{pattern}`")) } else { Ok(spots) }
}
