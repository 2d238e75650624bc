//! What the bot says in nearly every story, and the short name under which a journey tells it. A sentence that is said
//! better changes here, and in the few stories that are told word for word.

/// The title of a message as people read it, `{}` for what differs, and its short name, with `{1}`, `{2}`, … for that.
const ROUTINE: &[(&str, &str)] = &[
    // A release under way.
    ("{} is on its way", "begun {1}"),
    ("🛑 {} cancelled {}", "cancelled {2} by {1}"),
    // Deploys.
    ("↩ {} runs {} again", "again on {1}: {2}"),
    ("↩ {} was rolled back in {}", "rolled back in {2}: {1}"),
    ("✅ {} is live", "live {1}"),
    // Gates.
    ("Approved: {}", "approved"),
    ("Rejected: {}", "rejected"),
    ("You checked {} too?", "asks whether all was checked"),
    ("Ticked: {}", "ticked"),
    ("Merging {}", "merging {1}"),
    // Freezes.
    ("🧊 Frozen: {}", "frozen {1}"),
    ("☀️ Freeze lifted: {}", "freeze lifted {1}"),
    ("⏰ Code freeze in {}", "code freeze in {1}"),
    ("Freeze {} is active", "freeze {1} active"),
    ("Freeze {} is lifted", "freeze {1} lifted"),
    ("🛑 {} does not leave", "does not leave: {1}"),
];

/// The short name of a routine message. None of what deserves to be read.
pub(super) fn short(title: &str) -> Option<String> {
    ROUTINE.iter().find_map(|(pattern, short)| {
        let differs = fits(title, pattern)?;
        Some(
            (1..)
                .zip(differs)
                .fold((*short).to_owned(), |short, (nth, part)| short.replace(&format!("{{{nth}}}"), part)),
        )
    })
}

/// What stands in the places of a pattern, if the text has its form.
fn fits<'a>(text: &'a str, pattern: &str) -> Option<Vec<&'a str>> {
    let mut fixed = pattern.split("{}");
    let mut rest = text.strip_prefix(fixed.next()?)?;
    let mut parts = vec![];
    let mut fixed = fixed.peekable();
    while let Some(next) = fixed.next() {
        let at = if fixed.peek().is_none() { rest.strip_suffix(next)?.len() } else { rest.find(next)? };
        parts.push(&rest[..at]);
        rest = &rest[at + next.len()..];
    }
    (rest.is_empty() && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

/// Folded is only what a story tells word for word elsewhere.
#[test]
fn every_routine_message_is_read_word_for_word_somewhere() {
    let told = word_for_word(std::path::Path::new("tests/stories"));
    let titles: Vec<&str> = told.lines().filter_map(|line| line.trim_start().strip_prefix("│ # ")).collect();
    let first = |title: &&str| ROUTINE.iter().position(|(pattern, _)| fits(title, pattern).is_some());
    let read: std::collections::BTreeSet<usize> = titles.iter().filter_map(first).collect();
    let unread: Vec<&str> =
        (0..).zip(ROUTINE).filter(|(nth, _)| !read.contains(nth)).map(|(_, (pattern, _))| *pattern).collect();
    assert!(unread.is_empty(), "no story tells these word for word: {unread:#?}");
}

fn word_for_word(folder: &std::path::Path) -> String {
    let mut told = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            told.push_str(&word_for_word(&path));
        } else if path.extension().is_some_and(|kind| kind == "snap") {
            let text = std::fs::read_to_string(&path).unwrap();
            if text.contains("expression: story.told()") {
                told.push_str(&text);
            }
        }
    }
    told
}
