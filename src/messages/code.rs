//! Sentences of ours as lines: what of them is to be typed letter by letter is shown so.

use crate::domain::message::{Line, line};

/// How what is to be typed begins, where a sentence of ours has it in backticks.
const TYPED: [&str; 4] = ["git ", "shipmate ", "tag = ", "checks = "];

/// A sentence as a line, with the commands that it names in backticks in a fixed-width font. Whatever else stands in backticks is
/// somebody's own words, and stays as they wrote it.
pub fn with_code(text: &str) -> Line {
    let mut said = line();
    let mut rest = text;
    while let Some((before, typed, after)) = next_typed(rest) {
        if !before.is_empty() {
            said = said.plain(before);
        }
        (said, rest) = (said.code(typed), after);
    }
    if rest.is_empty() { said } else { said.plain(rest) }
}

/// What stands before the next command, the command, and what follows it.
fn next_typed(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('`').find_map(|(at, _)| {
        let (before, inside) = (text.get(..at)?, text.get(at + 1..)?);
        let (typed, after) = inside.split_once('`').filter(|(typed, _)| !typed.contains('\n'))?;
        TYPED.iter().any(|begins| typed.starts_with(begins)).then_some((before, typed, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Span;

    #[test]
    fn commands_are_code_and_other_words_are_nobodys_format() {
        for (text, expected) in [
            ("", vec![]),
            ("no command", vec!["no command"]),
            ("do `git push`, then retry", vec!["do ", "<git push>", ", then retry"]),
            ("`git a` and `git b`", vec!["<git a>", " and ", "<git b>"]),
            ("failed checks: `x` **y**. Or `git push`", vec!["failed checks: `x` **y**. Or ", "<git push>"]),
            ("a stray ` before `git push` is nothing", vec!["a stray ` before ", "<git push>", " is nothing"]),
            ("`git push without an end", vec!["`git push without an end"]),
            ("over `git two\nlines`", vec!["over `git two\nlines`"]),
        ] {
            let shown = with_code(text).0.into_iter().map(|span| match span {
                Span::Code(typed) => format!("<{typed}>"),
                Span::Plain(words) => words,
                other => format!("{other:?}"),
            });
            assert_eq!(shown.collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
