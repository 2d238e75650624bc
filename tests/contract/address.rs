//! Matches paths against templates such as `/repos/{owner}/{repo}/git/ref/{ref}`; the most literal template wins.

/// Parameters that may hold slashes on the wire.
const LONG: [&str; 3] = ["{ref}", "{path}", "{basehead}"];

/// What the parameters of a template hold, by name, if the path fits; with how many of its segments are literal.
pub(super) fn fit(template: &str, path: &str) -> Option<(usize, Vec<(String, String)>)> {
    let template: Vec<&str> = template.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    fit_segments(&template, &path)
}

fn fit_segments(template: &[&str], path: &[&str]) -> Option<(usize, Vec<(String, String)>)> {
    let Some((wanted, template)) = template.split_first() else { return path.is_empty().then(|| (0, vec![])) };
    let longest = if LONG.contains(wanted) { path.len() } else { path.len().min(1) };
    (1..=longest).find_map(|taken| {
        let given = path[..taken].join("/");
        let (literal, value) = fit_segment(wanted, &given)?;
        let (rest, mut values) = fit_segments(template, &path[taken..])?;
        values.extend(value);
        Some((rest + usize::from(literal), values))
    })
}

/// Whether a segment fits, whether it is literal throughout, and what its parameter holds.
fn fit_segment(wanted: &str, given: &str) -> Option<(bool, Option<(String, String)>)> {
    let (Some(open), Some(close)) = (wanted.find('{'), wanted.rfind('}')) else {
        return (wanted == given).then_some((true, None));
    };
    let inner = given.strip_prefix(&wanted[..open])?.strip_suffix(&wanted[close + 1..])?;
    if inner.is_empty() {
        return None;
    }
    Some((false, Some((wanted[open + 1..close].to_owned(), inner.to_owned()))))
}
