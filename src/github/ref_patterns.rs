//! Patterns of ref names, as rulesets write them: GitHub's documentation, "Using `fnmatch` syntax".

use serde_json::Value;

/// Whether a ruleset's condition covers a ref, by its full name.
pub(super) fn covers(condition: &Value, name: &str, default_branch: &str) -> bool {
    let any = |key: &str| {
        let patterns = condition[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        patterns.into_iter().any(|pattern| match pattern {
            "~ALL" => true,
            "~DEFAULT_BRANCH" => name.strip_prefix("refs/heads/") == Some(default_branch),
            pattern => fits(pattern.as_bytes(), name.as_bytes()),
        })
    };
    any("include") && !any("exclude")
}

/// `*` stands for anything within one part of the name, `**/` for any number of parts, `?` for one letter.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let part = || name.iter().position(|byte| *byte == b'/').unwrap_or(name.len());
    match pattern {
        [] => name.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            let parts = (0..name.len()).filter(|at| *at == 0 || name[at - 1] == b'/');
            parts.into_iter().any(|at| fits(rest, &name[at..]))
        }
        [b'*', rest @ ..] => (0..=part()).any(|at| fits(rest, &name[at..])),
        [b'?', rest @ ..] => name.first().is_some_and(|byte| *byte != b'/') && fits(rest, &name[1..]),
        [wanted, rest @ ..] => name.first() == Some(wanted) && fits(rest, &name[1..]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_condition_covers_what_its_patterns_fit() {
        for (include, exclude, name, expected) in [
            ("~ALL", "", "refs/tags/v2.2.0", true),
            ("~ALL", "refs/tags/v*", "refs/tags/v2.2.0", false),
            ("refs/tags/v*", "", "refs/tags/v2.2.0", true),
            ("refs/tags/v*", "", "refs/tags/app/v2.2.0", false),
            ("refs/tags/**/v*", "", "refs/tags/app/v2.2.0", true),
            ("refs/tags/**/v*", "", "refs/tags/v2.2.0", true),
            ("refs/tags/v?.?.?", "", "refs/tags/v2.2.0", true),
            ("refs/tags/v2", "", "refs/tags/v2.2.0", false),
            ("~DEFAULT_BRANCH", "", "refs/heads/main", true),
            ("~DEFAULT_BRANCH", "", "refs/tags/main", false),
        ] {
            let exclude: Vec<&str> = Some(exclude).filter(|pattern| !pattern.is_empty()).into_iter().collect();
            let condition = json!({"include": [include], "exclude": exclude});
            assert_eq!(covers(&condition, name, "main"), expected, "{include} {name}");
        }
    }
}
