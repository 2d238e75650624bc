//! `build.gradle`, in Groovy or in Kotlin: `version = "2.1.1"` for the project, or for all of its projects.

use std::ops::Range;

use super::place_of;

/// What a script is made of, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Quoted(&'t str),
    Sign(char),
}

/// Where the version is set.
pub(super) fn spots(text: &str) -> Result<Vec<Range<usize>>, String> {
    // The first word of the statement under way, and those before the braces that are open.
    let (mut statement, mut around, mut spots) = (Vec::<Token<'_>>::new(), Vec::<&str>::new(), vec![]);
    for token in tokens(text) {
        match token {
            Token::Sign('{') => around.push(first_word(&statement)),
            Token::Sign('}') => drop(around.pop()),
            Token::Sign('\n' | ';') | Token::Word(_) | Token::Quoted(_) | Token::Sign(_) => {}
        }
        if let Token::Quoted(held) = token {
            let of_projects = around.iter().all(|block| matches!(*block, "allprojects" | "subprojects"));
            if of_projects && sets_version(&statement) {
                spots.push(place_of(held, text));
            }
        }
        match token {
            Token::Sign('{' | '}' | '\n' | ';') => statement.clear(),
            Token::Word(_) | Token::Quoted(_) | Token::Sign(_) => statement.push(token),
        }
    }
    if spots.is_empty() {
        return Err(
            "it nowhere says `version = \"\u{2026}\"`: give it a `pattern`, or name the file that holds it".to_owned()
        );
    }
    Ok(spots)
}

fn first_word<'t>(statement: &[Token<'t>]) -> &'t str {
    match statement.first() {
        Some(Token::Word(word)) => word,
        Some(Token::Quoted(_) | Token::Sign(_)) | None => "",
    }
}

/// Whether what comes next is the version: `version`, perhaps of `project`, and `=` or nothing.
fn sets_version(statement: &[Token<'_>]) -> bool {
    let of = match statement {
        [Token::Word("project" | "rootProject" | "this"), Token::Sign('.'), rest @ ..] => rest,
        all => all,
    };
    matches!(of, [Token::Word("version")] | [Token::Word("version"), Token::Sign('=' | '(')])
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let letter = rest.chars().next()?;
            if rest.starts_with("//") {
                rest = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default();
            } else if rest.starts_with("/*") {
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
            } else if letter.is_whitespace() && letter != '\n' {
                rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() && letter != '\n');
            } else if letter == '"' || letter == '\'' {
                let (held, after) = quoted(rest, letter);
                rest = after;
                return Some(Token::Quoted(held));
            } else if letter.is_alphanumeric() || letter == '_' {
                let word = |letter: char| !(letter.is_alphanumeric() || letter == '_');
                let (held, after) = rest.split_at_checked(rest.find(word).unwrap_or(rest.len()))?;
                rest = after;
                return Some(Token::Word(held));
            } else {
                rest = rest.get(letter.len_utf8()..)?;
                return Some(Token::Sign(letter));
            }
        }
    })
}

/// What stands in quotes, single or threefold, and what comes after them.
fn quoted(text: &str, quote: char) -> (&str, &str) {
    let threefold: String = [quote; 3].iter().collect();
    if let Some(inside) = text.strip_prefix(&threefold) {
        return inside.split_once(&threefold).unwrap_or((inside, ""));
    }
    let inside = text.get(1..).unwrap_or_default();
    let mut escaped = false;
    for (at, letter) in inside.char_indices() {
        if (letter == quote && !escaped) || letter == '\n' {
            let after = inside.get(at..).unwrap_or_default();
            return (inside.get(..at).unwrap_or(inside), after.strip_prefix(quote).unwrap_or(after));
        }
        escaped = letter == '\\' && !escaped;
    }
    (inside, "")
}
