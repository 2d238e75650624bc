//! Writes people's text so that Discord shows it letter by letter: it never formats, links or pings.

/// Parts two characters that would mean something together; nobody sees it.
pub(super) const NOTHING: char = '\u{200b}';

/// The text in Discord's markdown. `line_start` says whether it begins a line, where more characters mean something.
pub(super) fn escaped(text: &str, line_start: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut line_start = line_start;
    let mut before = None;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let word_begins = !before.is_some_and(char::is_alphanumeric);
        let taken = match letter {
            'h' if word_begins && is_url(rest) => copy_url(rest, &mut out),
            digit if line_start && digit.is_ascii_digit() => copy_number(rest, &mut out),
            _ => {
                let after = rest.get(letter.len_utf8()..).unwrap_or_default();
                if formats(letter, before, after) || (line_start && opens_block(letter, after)) {
                    out.push('\\');
                }
                out.push(letter);
                if letter == '@' && (after.starts_with("everyone") || after.starts_with("here")) {
                    out.push(NOTHING);
                }
                letter.len_utf8()
            }
        };
        line_start = letter == '\n' || (line_start && letter.is_whitespace());
        before = rest.get(..taken).and_then(|copied| copied.chars().next_back());
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// Whether the letter formats between these neighbours. At the ends of the text the worst is assumed.
fn formats(letter: char, before: Option<char>, after: &str) -> bool {
    let next = after.chars().next();
    match letter {
        '\\' | '*' | '`' | '[' => true,
        // Underscores within a word are only underscores.
        '_' => !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
        '~' | '|' => [before, next].iter().any(|near| near.is_none_or(|near| near == letter)),
        '<' => next.is_none_or(|next| !next.is_whitespace()),
        ':' => opens_emoji(after),
        _ => false,
    }
}

/// Whether the letter opens a heading, a list or a quote when a line begins with it.
fn opens_block(letter: char, after: &str) -> bool {
    match letter {
        '#' => after.trim_start_matches('#').starts_with(' '),
        '-' => after.starts_with([' ', '#']),
        '+' => after.starts_with(' '),
        '>' => after.starts_with([' ', '>']),
        _ => false,
    }
}

/// Whether `:` followed by this is a name such as `:tada:`.
fn opens_emoji(after: &str) -> bool {
    after.split_once(':').is_some_and(|(name, _)| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_+-".contains(letter);
        name.contains(|letter: char| letter.is_ascii_alphabetic()) && name.chars().all(plain)
    })
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Copies an address so that it still leads there: what would format is percent-encoded, not escaped.
fn copy_url(text: &str, out: &mut String) -> usize {
    let end = text.find(|letter: char| letter.is_whitespace() || letter == '<').unwrap_or(text.len());
    let url = text.get(..end).unwrap_or_default();
    for letter in url.chars() {
        if "\\*`[]_~|".contains(letter) {
            out.push_str(&format!("%{:02X}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    end
}

/// Copies a number that begins a line; `1.` would be a list.
fn copy_number(text: &str, out: &mut String) -> usize {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, after) = text.split_at(end);
    out.push_str(number);
    if after.starts_with(". ") || after.starts_with(") ") {
        out.push('\\');
    }
    end
}

/// The text in a fixed-width font within a line.
pub(super) fn code(text: &str) -> String {
    let mut inside = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '`' && inside.ends_with('`') {
            inside.push(NOTHING);
        }
        inside.push(if letter.is_control() { ' ' } else { letter });
    }
    match inside.contains('`') {
        _ if inside.is_empty() => inside,
        true => format!("`` {inside} ``"),
        false => format!("`{inside}`"),
    }
}

/// The text in a block of its own in a fixed-width font.
pub(super) fn code_block(text: &str) -> String {
    format!("```\n{}\n```", text.replace("``", &format!("`{NOTHING}`")))
}

/// Words that lead somewhere. Discord shows no link whose words look like an address, so then the address is shown.
pub(super) fn link(text: &str, url: &str) -> String {
    let leads = is_url(url) && !url.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if !leads {
        return escaped(&format!("{text} ({url})"), false);
    }
    if text.trim().is_empty() || text.contains("://") {
        return escaped(url, false);
    }
    let words = escaped(text, false).replace(']', "\\]");
    let mut address = String::with_capacity(url.len());
    for letter in url.chars() {
        match letter {
            '(' | ')' | '<' | '>' | '\\' => address.push_str(&format!("%{:02X}", u32::from(letter))),
            letter => address.push(letter),
        }
    }
    format!("[{words}]({address})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_shown_letter_by_letter() {
        let hostile = "@everyone **x** [a](b) <@1> ```";
        assert_eq!(escaped(hostile, true), "@\u{200b}everyone \\*\\*x\\*\\* \\[a](b) \\<@1> \\`\\`\\`");
        assert_eq!(escaped("@here <#2> <t:0:R> </x:1> ||s|| ~~s~~", true), {
            "@\u{200b}here \\<#2> \\<t:0:R> \\</x:1> \\|\\|s\\|\\| \\~\\~s\\~\\~"
        });
        assert_eq!(escaped("C:\\temp _a_ __b__ :tada:", true), "C:\\\\temp \\_a\\_ \\_\\_b\\_\\_ \\:tada:");
    }

    #[test]
    fn ordinary_words_keep_their_looks() {
        for words in ["snake_case_name", "#12 by ana@acme.io", "a < b | c ~5", "2 - 1 (see 12:30:45)", "1.2.0 is out"] {
            assert_eq!(escaped(words, true), words);
        }
    }

    #[test]
    fn a_line_opens_no_block() {
        let lines = "# a\n- b\n> c\n1. d\n -# e\n>>> f\n+ g";
        assert_eq!(escaped(lines, true), "\\# a\n\\- b\n\\> c\n1\\. d\n \\-# e\n\\>>> f\n\\+ g");
        assert_eq!(escaped("# a\n# b", false), "# a\n\\# b");
    }

    #[test]
    fn addresses_still_lead_there() {
        let url = "see https://x.io/__init__.py?a=*, then";
        assert_eq!(escaped(url, true), "see https://x.io/%5F%5Finit%5F%5F.py?a=%2A, then");
    }

    #[test]
    fn code_holds_backticks() {
        assert_eq!(code("release/v2_0"), "`release/v2_0`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("a``b\n"), "`` a`\u{200b}`b  ``");
        assert_eq!(code_block("x ``` y"), "```\nx `\u{200b}`` y\n```");
    }

    #[test]
    fn links_say_where_they_lead() {
        assert_eq!(link("#12 [x] _y_", "https://x.io/a(b)"), "[#12 \\[x\\] \\_y\\_](https://x.io/a%28b%29)");
        assert_eq!(link("https://good.io", "https://evil.io"), "https://evil.io");
        assert_eq!(link("x", "javascript:a"), "x (javascript:a)");
    }
}
