//! Patterns of ref names, as rulesets and workflows write them.

use serde_json::Value;

/// Whether a ruleset's condition covers a ref, by its full name.
pub(super) fn covers(condition: &Value, name: &str, default: &str) -> bool {
    let any = |key: &str| {
        let patterns = condition[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        patterns.into_iter().any(|pattern| match pattern {
            "~ALL" => true,
            "~DEFAULT_BRANCH" => name.strip_prefix("refs/heads/") == Some(default),
            pattern => matches(pattern.as_bytes(), name.as_bytes()),
        })
    };
    any("include") && !any("exclude")
}

/// `*` stands for anything within one part of the name, `**` for anything at all.
pub(super) fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match pattern {
        [] => name.is_empty(),
        [b'*', b'*', rest @ ..] => {
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            (0..=name.len()).any(|at| matches(rest, &name[at..]))
        }
        [b'*', rest @ ..] => {
            let end = name.iter().position(|byte| *byte == b'/').unwrap_or(name.len());
            (0..=end).any(|at| matches(rest, &name[at..]))
        }
        [b'?', rest @ ..] => name.split_first().is_some_and(|(byte, name)| *byte != b'/' && matches(rest, name)),
        [byte, rest @ ..] => name.split_first().is_some_and(|(found, name)| found == byte && matches(rest, name)),
    }
}
