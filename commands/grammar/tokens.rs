//! Cuts a typed line into words, `name=value` pairs and quoted values.

use std::ops::Range;

/// One piece of the line between spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The argument's name before `=`, in lower case with `-` for `_`, if there is one.
    pub name: Option<String>,
    /// What it says: without its quotes, without the name.
    pub value: String,
    /// Whether the value was quoted, and so says where it ends.
    pub quoted: bool,
    /// Where the whole piece is in the line, in bytes.
    pub span: Range<usize>,
    /// Where its value begins in the line, in bytes.
    pub value_start: usize,
}

/// Cuts a line into its pieces. Any text can be cut: a quote that is never closed is an ordinary letter.
pub(super) fn tokens(line: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = line.get(at..).and_then(|rest| rest.find(|letter: char| !letter.is_whitespace())) {
        let token = token(line, at + offset);
        at = token.span.end;
        found.push(token);
    }
    found
}

fn token(line: &str, start: usize) -> Token {
    let rest = line.get(start..).unwrap_or_default();
    let (name, name_length) = name(rest);
    let value_start = start + name_length;
    let rest = line.get(value_start..).unwrap_or_default();
    if let Some((value, length)) = quoted(rest) {
        return Token { name, value, quoted: true, span: start..value_start + length, value_start };
    }
    let value = rest.split(char::is_whitespace).next().unwrap_or_default().to_owned();
    let end = value_start + value.len();
    Token { name, value, quoted: false, span: start..end, value_start }
}

/// The name before `=`, and how many bytes both take. Dashes before it are forgiven, as is `_` for `-`.
fn name(text: &str) -> (Option<String>, usize) {
    let Some((before, _)) = text.split_once('=') else { return (None, 0) };
    let name = before.trim_start_matches(['-', '–', '—']);
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_');
    if !is_name {
        return (None, 0);
    }
    (Some(name.to_ascii_lowercase().replace('_', "-")), before.len() + 1)
}

/// A quoted value at the start of the text, and how many bytes it takes with its quotes.
///
/// It ends at a closing quote that is followed by space, so that a quote within a word does not end it.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut letters = text.char_indices().peekable();
    let closing = match letters.next()?.1 {
        '"' => "\"",
        '“' | '„' => "”“\"",
        '«' => "»",
        _ => return None,
    };
    let mut value = String::new();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        if letter == '\\' && matches!(next, Some('"' | '\\')) {
            value.extend(next);
            letters.next();
        } else if closing.contains(letter) && next.is_none_or(char::is_whitespace) {
            return Some((value, at + letter.len_utf8()));
        } else {
            value.push(letter);
        }
    }
    None
}
