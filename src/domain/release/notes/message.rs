//! What the message of a commit says, as its author meant it: by the convention where it follows one, else in its own words.

use git_conventional::Commit;

use super::NotesGroup;

/// Texts that the convention knows for what breaks.
const BREAKING: [&str; 3] = ["BREAKING CHANGE:", "BREAKING-CHANGE:", "BREAKING CHANGES:"];
/// The trailer, and the heading of a section, that holds what people are to read; in small letters.
const NOTE: [&str; 2] = ["release-note", "release-notes"];

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SaidChange {
    /// Where it belongs.
    pub group: NotesGroup,
    /// The part of the product that it names.
    pub scope: Option<String>,
    /// What changed.
    pub what: String,
    /// What it says of what breaks.
    pub breaking: Vec<String>,
    /// Whether its subject follows the convention.
    pub typed: bool,
}

impl SaidChange {
    /// Adds what breaks, each text once; what breaks anything is a breaking change.
    pub(super) fn breaks(&mut self, texts: impl IntoIterator<Item = String>) {
        self.breaking.extend(texts);
        self.breaking.retain(|text| *text != self.what);
        self.breaking.dedup();
        if !self.breaking.is_empty() {
            self.group = NotesGroup::Breaking;
        }
    }
}

/// Reads a message; one without words says nothing.
pub(super) fn read(message: &str) -> Option<SaidChange> {
    let mut lines = message.trim().lines();
    let subject = lines.next().map(str::trim).filter(|subject| !subject.is_empty())?;
    let body: Vec<&str> = lines.map(str::trim_end).collect();
    let header = header(subject);
    // What a squash lists are the commits that it holds.
    let listed: Vec<Header<'_>> = body.iter().filter_map(|line| bullet(line)).filter_map(header_of).collect();
    let typed = header.is_some();
    let strongest = listed.iter().map(|listed| listed.group).min().unwrap_or(NotesGroup::Other);
    let mut said = match &header {
        Some(header) => SaidChange {
            group: header.group,
            scope: header.scope.map(str::to_owned),
            what: header.what.to_owned(),
            breaking: vec![],
            typed,
        },
        None => SaidChange { group: strongest, scope: None, what: subject.to_owned(), breaking: vec![], typed },
    };
    let broken =
        listed.iter().filter(|listed| listed.group == NotesGroup::Breaking).map(|listed| listed.what.to_owned());
    said.breaks(broken.chain(breaking(&body)));
    if let Some(note) = note(&body) {
        (said.scope, said.what) = (None, note);
    }
    Some(said)
}

/// The first line of a commit that follows the convention.
struct Header<'a> {
    group: NotesGroup,
    scope: Option<&'a str>,
    what: &'a str,
}

fn header(subject: &str) -> Option<Header<'_>> {
    header_of(subject).or_else(|| header_of(without_signs(subject)))
}

fn header_of(subject: &str) -> Option<Header<'_>> {
    let commit = Commit::parse(subject).ok()?;
    let named = commit.type_().as_str().to_ascii_lowercase();
    let group = match named.as_str() {
        "feat" | "feature" => NotesGroup::Features,
        "fix" | "bugfix" | "hotfix" | "security" => NotesGroup::Fixes,
        "perf" => NotesGroup::Performance,
        "docs" | "doc" => NotesGroup::Documentation,
        "deps" => NotesGroup::Dependencies,
        "build" | "chore" | "ci" | "refactor" | "style" | "test" | "tests" => NotesGroup::Inside,
        "revert" => NotesGroup::Other,
        // `notify/telegram: …` and `JIRA-123: …` are words of the subject.
        _ => return None,
    };
    let group = if commit.breaking() { NotesGroup::Breaking } else { group };
    let scope = commit.scope().map(|scope| scope.as_str());
    // The library's pieces live as long as the commit; these are the subject's own.
    let within = |piece: &str| subject.find(piece).and_then(|at| subject.get(at..at + piece.len()));
    let what = within(commit.description())?;
    Some(Header { group, scope: scope.and_then(within), what })
}

/// A subject without the emoji and short codes before it, such as ✨ and `:sparkles:`.
pub(super) fn without_signs(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    loop {
        let code = rest.strip_prefix(':').and_then(|code| code.split_once(':'));
        let is_code = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
        };
        rest = match code {
            Some((name, after)) if is_code(name) => after.trim_start(),
            _ => match rest.chars().next() {
                Some(sign) if !sign.is_ascii() && !sign.is_alphanumeric() => {
                    rest.get(sign.len_utf8()..).unwrap_or_default().trim_start()
                }
                _ => return rest,
            },
        };
    }
}

/// A line of a list, without its mark.
fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("* ").or_else(|| line.strip_prefix("- ")).map(str::trim)
}

/// What follows each mark of something that breaks, up to the end of its paragraph; with or without a blank line before it.
fn breaking<'a>(body: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    body.iter().enumerate().filter_map(|(at, line)| {
        let line = bullet(line).unwrap_or_else(|| line.trim_start());
        let first = BREAKING.iter().find_map(|mark| line.strip_prefix(mark))?.trim();
        let further = body.get(at + 1..).unwrap_or_default();
        // The text may begin on a line of its own.
        let blank = further.iter().take_while(|line| first.is_empty() && line.trim().is_empty()).count();
        Some(paragraph(first, further.get(blank..).unwrap_or_default()))
    })
}

/// What people are to read, if the text of a pull request says so.
pub(super) fn release_note(text: &str) -> Option<String> {
    note(&text.lines().collect::<Vec<_>>())
}

/// What people are to read, if the message says so: a trailer, or a section of a pull request's text.
fn note(body: &[&str]) -> Option<String> {
    let is_note = |name: &str| NOTE.contains(&name.trim().to_lowercase().replace(' ', "-").as_str());
    let found = body.iter().enumerate().find_map(|(at, line)| {
        let further = body.get(at + 1..).unwrap_or_default();
        let line = line.trim();
        if let Some(text) = line.split_once(':').and_then(|(name, text)| is_note(name).then_some(text)) {
            return Some(paragraph(text.trim(), further));
        }
        let title = line.strip_prefix("```").or_else(|| Some(line).filter(|line| line.starts_with('#')))?;
        if !is_note(title.trim_start_matches('#')) {
            return None;
        }
        let ends = |line: &&&str| !line.starts_with('#') && !line.starts_with("```");
        let lines: Vec<&str> = further.iter().take_while(ends).map(|line| line.trim()).collect();
        Some(lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
    })?;
    // Templates have it filled with that where there is nothing to tell.
    let is_told = !["", "none", "n/a"].contains(&found.to_lowercase().as_str());
    is_told.then_some(found)
}

/// A paragraph that begins with `first`: up to a blank line, a list, a heading or a trailer.
fn paragraph(first: &str, further: &[&str]) -> String {
    let goes_on = |line: &&&str| {
        let trailer = line.split_once(": ").is_some_and(|(name, _)| {
            name.contains('-') && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        });
        let marked = BREAKING.iter().any(|mark| line.trim_start().starts_with(mark));
        !line.trim().is_empty() && bullet(line).is_none() && !line.starts_with('#') && !trailer && !marked
    };
    let rest = further.iter().take_while(goes_on).map(|line| line.trim());
    std::iter::once(first).chain(rest).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(message: &str) -> String {
        let Some(said) = read(message) else { return "nothing".into() };
        let scope = said.scope.map(|scope| format!("[{scope}] ")).unwrap_or_default();
        let breaking: String = said.breaking.iter().map(|text| format!(" !! {text}")).collect();
        format!("{}: {scope}{}{breaking}", said.group.heading(), said.what)
    }

    #[test]
    fn a_message_is_read_as_it_was_meant() {
        for (message, expected) in [
            ("feat(search): find by colour", "Features: [search] find by colour"),
            ("Fix: round the total", "Fixes: round the total"),
            ("chore: tidy", "Internal changes: tidy"),
            ("a plain remark", "Other changes: a plain remark"),
            ("  \n", "nothing"),
            // Another type is no type.
            ("notify/telegram: say it once", "Other changes: notify/telegram: say it once"),
            ("JIRA-123: round the total", "Other changes: JIRA-123: round the total"),
            ("Merge: the two caches", "Other changes: Merge: the two caches"),
            ("wip: half of it", "Other changes: wip: half of it"),
            // Signs before a type.
            ("\u{2728} feat: stars", "Features: stars"),
            (":bug: :fire: fix(api): no crash", "Fixes: [api] no crash"),
            ("\u{267b}\u{fe0f} refactor: rooms", "Internal changes: rooms"),
            ("\u{1f389} first light", "Other changes: \u{1f389} first light"),
            (":tada: first light", "Other changes: :tada: first light"),
            // What breaks.
            ("feat!: drop the old login", "Breaking changes: drop the old login"),
            (
                "feat: new login\n\nBREAKING CHANGE: old tokens end\nat once\n\nmore",
                "Breaking changes: new login !! old tokens end at once",
            ),
            (
                "feat: new login\nBREAKING CHANGE: old tokens end\nSigned-off-by: Ann",
                "Breaking changes: new login !! old tokens end",
            ),
            (
                "New login (#7)\n\n* feat: new login\n\n* fix!: old tokens end\n\nBREAKING-CHANGE:\nthe form is gone",
                "Breaking changes: New login (#7) !! old tokens end !! the form is gone",
            ),
            ("new rooms\n\nThis is not a BREAKING CHANGE: at all", "Other changes: new rooms"),
            // A squash is of the strongest kind that it holds.
            ("Search (#8)\n\n* feat: find\n* fix: not twice", "Features: Search (#8)"),
            ("fix: search (#8)\n\n* feat: find", "Fixes: search (#8)"),
            // What people are to read.
            ("fix(db): join\n\nRelease-Note: Orders load faster.", "Fixes: Orders load faster."),
            ("fix: x\n\n## Release note\n\nOrders load\nfaster.\n\n## Tests\nno", "Fixes: Orders load faster."),
            ("fix: x\n\n```release-note\nOrders load faster.\n```\nmore", "Fixes: Orders load faster."),
            ("fix: x\n\n```release-note\nNONE\n```", "Fixes: x"),
        ] {
            assert_eq!(told(message), expected, "{message}");
        }
    }
}
