//! Helm's `Chart.yaml`: the version of the chart, and that of the application as long as it is the same.

use std::ops::Range;

use super::place_of;

/// Where they stand.
pub(super) fn spots(text: &str) -> Result<Vec<Range<usize>>, String> {
    let version = value(text, "version").ok_or("no line of it begins with `version:`")?;
    let bare = |text: &str| text.trim_start_matches('v').to_owned();
    let application = value(text, "appVersion").filter(|application| bare(application) == bare(version));
    Ok([Some(version), application].into_iter().flatten().map(|value| place_of(value, text)).collect())
}

/// The value of a key at the top, without quotes and comment.
fn value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?.trim_start();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.split_once(quote));
    let value = quoted.map_or_else(|| value.split(" #").next().unwrap_or(value).trim_end(), |(inside, _)| inside);
    (!value.is_empty()).then_some(value)
}
