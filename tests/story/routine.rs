//! What the bot says in nearly every story, and the short name under which a journey tells it. A sentence that is said
//! better changes here, and in the few stories that are told word for word.

/// The title of a message as people read it, `{}` for what differs, and its short name, with `{1}`, `{2}`, … for that.
const ROUTINE: &[(&str, &str)] = &[
    // A release under way.
    ("🚀 {} is prepared", "prepared {1}"),
    ("🚀 {} begins", "begins {1}"),
    ("{} is on its way", "begun {1}"),
    ("🚨 CRITICAL: hotfix {} — review as soon as possible", "critical {1}"),
    ("📸 Snapshot of {} taken for {}", "snapshot of {1} for {2}"),
    ("🌿 Branch {} is there, version {}", "branch {1}, version {2}"),
    ("🏷 Tag {} is there", "tag {1}"),
    ("🏷 Tag {} is there: QA can check it out", "tag {1}, for QA"),
    ("🏷 Tag {} marks the merge", "tag {1} on the merge"),
    ("🏷 Tag {} marks what production runs", "tag {1} on what runs"),
    ("🏷 Tag {} caught up with the fixes", "tag {1} moved to the fixes"),
    ("📥 {}: 🚀 {}", "opened {1} {2}"),
    ("📥 {}: 🚑 {}", "opened {1} {2}"),
    ("📥 {}: 🚆 {}", "opened {1} {2}"),
    ("📥 {}: 🔄 {}", "opened {1} {2}"),
    ("📥 {}: 🔀 {}", "opened {1} {2}"),
    ("💬 {} has new commits", "new commits on {1}"),
    ("🔧 The fix is there: {}", "fix {1}"),
    ("🔎 Checked: {} agree", "agree {1}"),
    ("🔍 {} and {} differ", "differ {1} {2}"),
    ("🤝 Ready for a person to merge", "to merge"),
    ("🔀 {} merged the release into {}", "merged into {2} by {1}"),
    ("🔀 {} merged {} into {}", "merged {2} into {3} by {1}"),
    ("🔄 {} merged the back-merge", "back-merge merged by {1}"),
    ("🔀 {} is merged, production comes next", "merged {1}"),
    ("🔀 {} is merged, production is deploying", "merged {1}, deploying"),
    ("🎉 {} is LIVE IN PRODUCTION", "live {1}"),
    ("📦 {}: this is in", "what is in {1}"),
    ("📝 Release page {} is published", "page {1}"),
    ("📝 Release notes of {}", "notes of {1}"),
    ("🏁 {} is done", "done {1}"),
    ("✅ {} is signed off", "signed off {1}"),
    ("{}: the first pass is complete", "first pass complete {1}"),
    ("🛑 {} cancelled {}", "cancelled {2} by {1}"),
    // Deploys.
    ("🚚 {} is on its way to {}", "deploying {1} to {2}"),
    ("🚚 {}", "deploying: {1}"),
    ("📦 {} is on {} (deployed in {})", "deployed {1} to {2} in {3}"),
    ("📦 {} is on {}", "on {2}: {1}"),
    ("📦 Done: {} (in {})", "deployed: {1} in {2}"),
    ("⏱ Not yet: {}", "failed: {1}"),
    ("🔁 Trying again ({} of {}): {}", "attempt {1} of {2}: {3}"),
    ("🔁 {} has {} tried again", "tried again by {1}: {2}"),
    ("🔁 {} asked to try again: {}", "tried again by {1}: {2}"),
    ("↩ Rolling {} back to {}", "rolling {1} back to {2}"),
    ("↩ {} runs {} again (rolled back in {})", "rolled {1} back to {2} in {3}"),
    ("↩ {} runs {} again", "again on {1}: {2}"),
    ("↩ {} was rolled back in {}", "rolled back in {2}: {1}"),
    // Gates.
    ("👀 {}: your turn", "turn: {1}"),
    ("✅ {} approved: {}", "approved by {1}: {2}"),
    ("⛔ {} rejected: {}", "rejected by {1}: {2}"),
    ("Approved: {}", "approved"),
    ("Rejected: {}", "rejected"),
    ("Not everything is ticked yet", "not everything is ticked"),
    ("Ticked: {}", "ticked"),
    ("Merging {}", "merging {1}"),
    // Stories.
    ("📥 Which stories?", "which stories?"),
    ("➕ {} picked {}", "picked by {1}: {2}"),
    ("🧪 {} is on {}: does it work there?", "does it work? {1} on {2}"),
    ("✅ {}: {} works on {}", "works, by {1}: {2} on {3}"),
    ("🔀 {} is in {}", "in {2}: {1}"),
    ("📚 The stories are complete: {}", "stories complete: {1}"),
    // Freezes.
    ("🧊 Frozen: {}", "frozen {1}"),
    ("☀️ Freeze lifted: {}", "freeze lifted {1}"),
    ("🧊 Freeze {} ended, freeze {} still holds", "freeze {1} ended, {2} holds"),
    ("⏰ Code freeze in {}", "code freeze in {1}"),
    ("⏰ {}: Departure in {}", "departure of {1} in {2}"),
    ("Freeze {} is active", "freeze {1} active"),
    ("Freeze {} is lifted", "freeze {1} lifted"),
    ("🛑 {} does not leave", "does not leave: {1}"),
    ("🗓 Plan the sprint for {}", "plan the sprint for {1}"),
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
