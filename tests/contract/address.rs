//! Matches paths against templates such as `/repos/{owner}/{repo}/git/ref/{ref}`; the most literal template wins.

/// Parameters that may hold slashes on the wire.
const LONG: [&str; 3] = ["{ref}", "{path}", "{basehead}"];

/// A template between its slashes.
pub(super) fn segments(template: &str) -> Vec<String> {
    template.split('/').map(str::to_owned).collect()
}

/// What the parameters of a template hold, by name, if the path fits; with how many of its segments are literal.
pub(super) fn fit(template: &[String], path: &[&str]) -> Option<(usize, Vec<(String, String)>)> {
    let Some((wanted, template)) = template.split_first() else { return path.is_empty().then(|| (0, vec![])) };
    if !wanted.contains('{') {
        let (given, path) = path.split_first()?;
        let (literal, values) = (wanted == given).then(|| fit(template, path))??;
        return Some((literal + 1, values));
    }
    let longest = if LONG.contains(&wanted.as_str()) { path.len() } else { path.len().min(1) };
    (1..=longest).find_map(|taken| {
        let value = fit_segment(wanted, &path[..taken].join("/"))?;
        let (literal, mut values) = fit(template, &path[taken..])?;
        values.push(value);
        Some((literal, values))
    })
}

/// What the parameter of a segment holds, by its name, if the segment fits.
fn fit_segment(wanted: &str, given: &str) -> Option<(String, String)> {
    let (open, close) = (wanted.find('{')?, wanted.rfind('}')?);
    let inner = given.strip_prefix(&wanted[..open])?.strip_suffix(&wanted[close + 1..])?;
    (!inner.is_empty()).then(|| (wanted[open + 1..close].to_owned(), inner.to_owned()))
}
