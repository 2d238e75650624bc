//! What a library says of a value that does not fit, in our words.

use crate::domain::nearest::nearest;

/// The same in our words; what they do not know is ours already.
pub(super) fn plain(message: &str, key: Option<&str>) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (first, others) = (quoted.first().copied().unwrap_or_default(), quoted.get(1..).unwrap_or_default());
    let way_out = || match nearest(first, others.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if others.is_empty() => "take it out".to_owned(),
        None => format!("write one of `{}`", others.join("`, `")),
    };
    let it = key.map_or_else(|| "this".to_owned(), |key| format!("`{key}`"));
    if message.starts_with("unknown field") {
        return format!("`{first}` is not known here; {}", way_out());
    }
    if message.starts_with("unknown variant") {
        let it = key.map(|key| format!(" of `{key}`")).unwrap_or_default();
        return format!("`{first}` is no word{it} here; {}", way_out());
    }
    if message.starts_with("missing field") {
        return format!("`{first}` is missing; write `{first} = \u{2026}`");
    }
    if message.starts_with("duplicate field") {
        return format!("`{first}` is written twice; keep one");
    }
    let Some((_, wanted)) = message
        .split_once(", expected ")
        .filter(|_| message.starts_with("invalid type") || message.starts_with("invalid value"))
    else {
        return message.to_owned();
    };
    let wanted = if wanted.contains("boolean") {
        "yes or no; write `true` or `false`, without quotes"
    } else if ["usize", "u8", "u32", "integer", "i64"].iter().any(|kind| wanted.contains(kind)) {
        "a whole number from 0, without quotes; write such as `2`"
    } else if wanted.contains("sequence") || wanted.contains("array") {
        "a list; put it in `[` and `]`"
    } else if wanted.contains("map") || wanted.contains("struct") || wanted.contains("table") {
        "a table; put it in `{` and `}`"
    } else {
        "text; put it in quotes"
    };
    format!("{it} must be {wanted}")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_value_that_does_not_fit_is_told_in_our_words() {
        for (message, expected) in [
            (
                "unknown field `timelin`, expected one of `name`, `timeline`",
                "`timelin` is not known here; did you mean `timeline`?",
            ),
            ("unknown field `x`, expected `name`", "`x` is not known here; write one of `name`"),
            ("missing field `source`", "`source` is missing; write `source = \u{2026}`"),
            (
                "invalid type: string \"yes\", expected a boolean",
                "`joins` must be yes or no; write `true` or `false`, without quotes",
            ),
            (
                "invalid value: integer `-1`, expected usize",
                "`joins` must be a whole number from 0, without quotes; write such as `2`",
            ),
            ("invalid type: string \"qa\", expected a sequence", "`joins` must be a list; put it in `[` and `]`"),
            (
                "unknown variant `on-psh`, expected `never` or `on-push`",
                "`on-psh` is no word of `joins` here; did you mean `on-push`?",
            ),
            ("`5x` is no duration", "`5x` is no duration"),
        ] {
            assert_eq!(plain(message, Some("joins")), expected);
        }
    }
}
