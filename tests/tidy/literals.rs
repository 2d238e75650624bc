//! Source without its literals and comments, so that what is written in them is not taken for code.

/// The same text, each letter of a literal or a comment a space: lines and places stay.
pub(super) fn blanked(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let length = literal(rest, before);
        let (taken, after) = rest.split_at(if length > 0 { length } else { letter.len_utf8() });
        match length {
            0 => blank.push_str(taken),
            _ => blank.extend(taken.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' })),
        }
        before = letter;
        rest = after;
    }
    blank
}

/// How long the literal or the comment is with which a text begins; 0 if it begins with none.
fn literal(text: &str, before: char) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with('"') {
        return quoted(text, '"');
    }
    let inside_a_word = before.is_alphanumeric() || before == '_';
    let raw = text.trim_start_matches('b').strip_prefix('r').filter(|_| !inside_a_word);
    if let Some(after) = raw {
        let hashes = after.len() - after.trim_start_matches('#').len();
        if after[hashes..].starts_with('"') {
            let start = text.len() - after.len() + hashes + 1;
            let end = format!("\"{}", "#".repeat(hashes));
            return text[start..].find(&end).map_or(text.len(), |at| start + at + end.len());
        }
    }
    // A lifetime has no quote at its end.
    let mut letters = text.chars();
    match (letters.next(), letters.next(), letters.next()) {
        (Some('\''), Some('\\'), _) => quoted(text, '\''),
        (Some('\''), Some(letter), Some('\'')) => 2 + letter.len_utf8(),
        _ => 0,
    }
}

/// Up to the quote that closes it.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[test]
fn literals_and_comments_are_blank() {
    for (text, expected) in [
        ("a(\"b { \\\" c\") // d\ne", "a(          )     \ne"),
        ("x r#\"a\"b\"# y", "x          y"),
        ("('{', '\\'', &'a str, '\u{e9}')", "(   ,     , &'a str,    )"),
        ("br\"x\" for\"x\"", "      for   "),
    ] {
        assert_eq!(blanked(text), expected, "{text}");
    }
}
