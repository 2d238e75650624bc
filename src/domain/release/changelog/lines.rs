//! The headings of a Markdown text. What stands in code, in a comment or before the text is none.

use std::ops::Range;

use super::cut;

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading<'t> {
    /// From its first line, or that of the anchor above it, to the end of its last.
    pub(super) block: Range<usize>,
    /// Its line, without the line end.
    pub(super) line: &'t str,
    /// Where that begins.
    pub(super) start: usize,
    /// What it says.
    pub(super) text: &'t str,
    /// 1 is the largest.
    pub(super) level: usize,
    /// The line of `=` or `-` below it, if it is written so.
    pub(super) underline: Option<&'t str>,
}

/// A line with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineAt<'t> {
    /// Where it begins.
    pub(super) start: usize,
    /// Where the next one begins.
    pub(super) end: usize,
    /// What stands in it, without the line end.
    pub(super) text: &'t str,
    /// Whether it is text, and not code, a comment, or what stands before the text.
    pub(super) tells: bool,
}

/// All lines of a text.
pub(super) fn lines(text: &str) -> Vec<LineAt<'_>> {
    let (mut start, mut lines) = (0, vec![]);
    for whole in text.split_inclusive('\n') {
        let end = start + whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // A byte order mark stays before everything.
        let bare = if start == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        lines.push(LineAt { start: start + line.len() - bare.len(), end, text: bare, tells: true });
        start = end;
    }
    let front = lines.first().is_some_and(|line| line.text.trim_end() == "---");
    let end = lines.iter().skip(1).position(|line| matches!(line.text.trim_end(), "---" | "..."));
    let before = end.filter(|_| front).map_or(0, |end| end + 2);
    lines.iter_mut().take(before).for_each(|line| line.tells = false);
    let (mut fence, mut comment) = (None::<(char, usize)>, false);
    for line in lines.iter_mut().skip(before) {
        let bare = line.text.trim_start();
        let marks = |mark: char| bare.chars().take_while(|letter| *letter == mark).count();
        if comment {
            (line.tells, comment) = (false, !bare.contains("-->"));
        } else if let Some((mark, length)) = fence {
            line.tells = false;
            let closes = marks(mark) >= length && bare.trim_start_matches(mark).trim().is_empty();
            fence = fence.filter(|_| !closes);
        } else if let Some(mark) = ['`', '~'].into_iter().find(|mark| marks(*mark) >= 3) {
            let opens = mark == '~' || !bare.trim_start_matches('`').contains('`');
            (line.tells, fence) = (!opens, opens.then(|| (mark, marks(mark))));
        } else if bare.starts_with("<!--") {
            (line.tells, comment) = (false, !bare.contains("-->"));
        }
    }
    lines
}

/// All headings of a text, in order.
pub(super) fn headings<'t>(lines: &[LineAt<'t>]) -> Vec<Heading<'t>> {
    let mut found: Vec<Heading<'t>> = vec![];
    for (nth, line) in lines.iter().enumerate().filter(|(_, line)| line.tells) {
        let before = nth.checked_sub(1).and_then(|before| lines.get(before)).filter(|before| before.tells);
        if let Some((level, text)) = hashed(line.text) {
            let block = anchored(lines, nth)..line.end;
            found.push(Heading { block, line: line.text, start: line.start, text, level, underline: None });
        } else if let (Some(level), Some(words)) = (underlined(line.text), before)
            && is_paragraph(words.text)
            && nth.checked_sub(2).and_then(|above| lines.get(above)).is_none_or(|above| ends_paragraph(above.text))
        {
            let (block, text) = (anchored(lines, nth - 1)..line.end, words.text.trim());
            let underline = Some(line.text);
            found.push(Heading { block, line: words.text, start: words.start, text, level, underline });
        }
    }
    found
}

/// The level and the words of `## words ##`.
fn hashed(line: &str) -> Option<(usize, &str)> {
    let bare = line.trim_start_matches(' ');
    let level = bare.chars().take_while(|letter| *letter == '#').count();
    let words = bare.trim_start_matches('#');
    let is_heading =
        line.len() - bare.len() < 4 && (1..=6).contains(&level) && (words.is_empty() || words.starts_with([' ', '\t']));
    let words = words.trim();
    let open = words.trim_end_matches('#');
    let words = if open.ends_with([' ', '\t']) || open.is_empty() { open.trim_end() } else { words };
    is_heading.then_some((level, words))
}

/// The level of a line of nothing but `=` or `-`.
fn underlined(line: &str) -> Option<usize> {
    let bare = line.trim_end();
    let all = |mark: char| !bare.is_empty() && bare.chars().all(|letter| letter == mark);
    if all('=') { Some(1) } else { all('-').then_some(2) }
}

fn is_paragraph(line: &str) -> bool {
    let bare = line.trim_start_matches(' ');
    let numbered = bare.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let listed = bare.starts_with(['-', '*', '+']) && bare.get(1..2).is_none_or(|next| next == " ")
        || numbered.len() < bare.len() && [". ", ") "].iter().any(|mark| numbered.starts_with(mark));
    let indented = line.len() - bare.len() > 3 || line.starts_with('\t');
    let defines = bare.starts_with('[') && bare.contains("]:");
    !(bare.trim().is_empty()
        || listed
        || indented
        || defines
        || bare.starts_with(['#', '>', '|', '<'])
        || underlined(bare).is_some())
}

fn ends_paragraph(line: &str) -> bool {
    line.trim().is_empty()
        || hashed(line).is_some()
        || is_anchor(line)
        || underlined(line).is_some()
        || line.trim_end().ends_with("-->")
}

fn is_anchor(line: &str) -> bool {
    let bare = line.trim();
    bare.starts_with("<a ") && (bare.ends_with("></a>") || bare.ends_with("/>")) && bare.matches('<').count() <= 2
}

/// Where a heading begins: with the anchor above it, if there is one.
fn anchored(lines: &[LineAt<'_>], nth: usize) -> usize {
    let above = lines.iter().take(nth).rev().find(|line| !line.text.trim().is_empty());
    let own = lines.get(nth).map_or(0, |line| line.start);
    above.filter(|line| line.tells && is_anchor(line.text)).map_or(own, |line| line.start)
}

/// The end of a text that begins at `from` and ends at `to`, without the blank lines after it; `from` if it is blank.
pub(super) fn last_line_end(text: &str, lines: &[LineAt<'_>], from: usize, to: usize) -> usize {
    let inside = lines.iter().filter(|line| line.start >= from && line.end <= to.max(from).min(text.len()));
    inside.filter(|line| !cut(text, line.start..line.end).trim().is_empty()).map(|line| line.end).max().unwrap_or(from)
}
