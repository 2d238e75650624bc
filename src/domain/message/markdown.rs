//! People's words in Markdown on GitHub: they are read as they were written, and format nothing.

use super::visible::visible;

/// Words in a file: every mark is only a letter. Words in backticks stay code.
pub fn escaped(text: &str) -> String {
    of_words(text, false)
}

/// Words on a page of GitHub, where a name would ping somebody: they ping nobody.
pub fn quiet(text: &str) -> String {
    of_words(text, true)
}

fn of_words(text: &str, quiet: bool) -> String {
    let text = visible(text);
    let mut written = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        let ticks = 1 + after.len() - after.trim_start_matches('`').len();
        let inside = after.get(ticks - 1..).unwrap_or_default();
        written.push_str(&plain(before, quiet, written.is_empty()));
        let fence = "`".repeat(ticks);
        match end_of_code(inside, ticks).filter(|end| *end > 0) {
            Some(end) => {
                written.push_str(&format!("{fence}{}{fence}", inside.get(..end).unwrap_or_default()));
                rest = inside.get(end + ticks..).unwrap_or_default();
            }
            None => {
                written.push_str(&"\\`".repeat(ticks));
                rest = inside;
            }
        }
    }
    written.push_str(&plain(rest, quiet, written.is_empty()));
    written
}

/// Where code ends that so many backticks began, as long as it is on the same line.
fn end_of_code(inside: &str, ticks: usize) -> Option<usize> {
    let line = inside.split('\n').next().unwrap_or_default();
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + found;
        let run = line.get(start..).map_or(0, |rest| rest.len() - rest.trim_start_matches('`').len());
        if run == ticks {
            return Some(start);
        }
        at = start + run;
    }
    None
}

/// Words without code. What only counts where a line begins is a letter there, too.
fn plain(text: &str, quiet: bool, begins: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |nth: Option<usize>| nth.and_then(|nth| letters.get(nth)).copied();
    let money = letters.iter().filter(|letter| **letter == '$').count() > 1;
    let mut written = String::with_capacity(text.len());
    let mut starts = begins;
    let mut number = begins;
    for (nth, letter) in letters.iter().copied().enumerate() {
        let (before, after) = (at(nth.checked_sub(1)), at(Some(nth + 1)));
        let word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let blank = |letter: Option<char>| letter.is_none_or(char::is_whitespace);
        let marks = match letter {
            '\\' | '[' | ']' | '<' | '~' => true,
            '*' => !(blank(before) && blank(after)),
            // Names with underscores are read as they are.
            '_' => !(word(before) && word(after)),
            '&' => after.is_some_and(|after| after == '#' || after.is_ascii_alphabetic()),
            '$' => money,
            '#' | '>' | '+' | '-' | '=' => starts,
            '.' | ')' => number && before.is_some_and(|before| before.is_ascii_digit()) && blank(after),
            _ => false,
        };
        if marks {
            written.push('\\');
        }
        written.push(letter);
        if quiet && letter == '@' {
            written.push('\u{200b}');
        }
        starts = letter == '\n' || (starts && letter.is_whitespace());
        number = letter == '\n' || (number && (letter.is_whitespace() || letter.is_ascii_digit()));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{escaped, quiet};

    #[test]
    fn words_format_nothing() {
        for (said, written) in [
            ("round the total", "round the total"),
            ("a *bold* and __strong__ word", "a \\*bold\\* and \\_\\_strong\\_\\_ word"),
            ("read snake_case_names, 2 * 3", "read snake_case_names, 2 * 3"),
            ("take `Vec<T>` and ``a`b``", "take `Vec<T>` and ``a`b``"),
            ("an open ` tick and ```", "an open \\` tick and \\`\\`\\`"),
            ("<script>alert(1)</script> & co &amp; &#60;", "\\<script>alert(1)\\</script> & co \\&amp; \\&#60;"),
            ("![x](https://x.example) [y]: z", "!\\[x\\](https://x.example) \\[y\\]: z"),
            ("# no heading", "\\# no heading"),
            ("see #123 - or not", "see #123 - or not"),
            ("- [ ] no task", "\\- \\[ \\] no task"),
            ("1. no list", "1\\. no list"),
            ("2.0 is there", "2.0 is there"),
            ("---", "\\---"),
            ("~~gone~~ C:\\new", "\\~\\~gone\\~\\~ C:\\\\new"),
            ("costs $5, not $6", "costs \\$5, not \\$6"),
            ("costs $5", "costs $5"),
            ("a\n> b", "a\n\\> b"),
            ("@bob's total\u{202e}", "@bob's total\u{27e8}U+202E\u{27e9}"),
        ] {
            assert_eq!(escaped(said), written);
        }
        assert_eq!(quiet("thanks, @bob"), "thanks, @\u{200b}bob");
        assert_eq!(quiet("take `@Input`"), "take `@Input`", "code pings nobody");
    }
}
