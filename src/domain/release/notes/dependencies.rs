//! Updates of what a product is built from: many of them say little, so they are told in one line with a count.

use std::sync::LazyLock;

use regex::Regex;

use super::{Change, NotesEntry, message::without_signs};

/// Those who make nothing else.
const UPDATERS: [&str; 6] =
    ["dependabot[bot]", "dependabot-preview[bot]", "renovate[bot]", "greenkeeper[bot]", "pyup-bot", "snyk-bot"];
/// The scopes by which such a commit is known.
const SCOPES: [&str; 4] = ["deps", "deps-dev", "dev-deps", "dependencies"];

/// How such bots begin: with what is updated, and to which version.
static UPDATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let bump = r"bumps? (?:the )?(?P<bumped>\S+) from \S+ to (?P<to>\S+)";
    let update = r"update (?:dependency|module|rust crate|actions?) (?P<updated>\S+) (?:action )?to (?P<at>\S+)";
    Regex::new(&format!("^(?i)(?:{bump}|{update})")).ok()
});

/// Whether a change only updates what the product is built from.
pub(super) fn is_update(change: &Change, scope: Option<&str>, what: &str) -> bool {
    let written = UPDATE.as_ref().is_some_and(|update| update.is_match(without_signs(what)));
    UPDATERS.contains(&change.author.as_str()) || scope.is_some_and(|scope| SCOPES.contains(&scope)) || written
}

/// All updates in one line that names as many; nothing if there are none. What was updated more than once is named with the
/// version that it has now.
pub(super) fn folded(updates: &[NotesEntry], most: usize) -> Option<String> {
    let mut names: Vec<(String, String)> = vec![];
    for (name, version) in updates.iter().map(|entry| named(&entry.what)) {
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = version,
            None => names.push((name, version)),
        }
    }
    let count = updates.len();
    let update = if count == 1 { "dependency update" } else { "dependency updates" };
    let more = names.len().checked_sub(most).filter(|more| *more > 0).map(|more| format!("and {more} more"));
    let named = names.iter().take(most).map(|(name, version)| format!("{name} {version}").trim_end().to_owned());
    let named: Vec<String> = named.chain(more).collect();
    (count > 0).then(|| format!("{count} {update}: {}", named.join(", ")))
}

/// What is updated, and to which version, if that is said.
fn named(what: &str) -> (String, String) {
    let bare = without_signs(what);
    let found = UPDATE.as_ref().and_then(|update| update.captures(bare));
    let part = |names: [&str; 2]| {
        let found = found.as_ref()?;
        names.into_iter().find_map(|name| found.name(name)).map(|part| part.as_str().trim_matches('`').to_owned())
    };
    if let (Some(name), Some(version)) = (part(["bumped", "updated"]), part(["to", "at"])) {
        return (name, version);
    }
    let verbs = ["Bump ", "bump ", "Bumps ", "Update ", "update "];
    let bare = verbs.iter().find_map(|verb| bare.strip_prefix(verb)).unwrap_or(bare);
    // The number of a pull request tells nothing here.
    let bare = bare.rsplit_once(" (#").filter(|(_, rest)| rest.ends_with(')')).map_or(bare, |(before, _)| before);
    (bare.to_owned(), String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_known_by_its_author_scope_or_words() {
        for (author, scope, what, expected) in [
            ("dependabot[bot]", None, "the minor group with 3 updates", true),
            ("ann", Some("deps"), "serde", true),
            ("ann", None, "Bump serde from 1.0.1 to 1.0.2", true),
            ("ann", None, "bump serde from 1.0.1 to 1.0.2 in /api", true),
            ("ann", None, "Update dependency vite to v5", true),
            ("ann", None, "Bump the price", false),
            ("ann", Some("api"), "update orders", false),
        ] {
            let change = Change { author: author.into(), ..Change::default() };
            assert_eq!(is_update(&change, scope, what), expected, "{author} {what}");
        }
    }

    #[test]
    fn updates_are_one_line() {
        let entry = |what: &str| NotesEntry { what: what.into(), ..NotesEntry::default() };
        let updates = [
            "bump serde from 1.0.1 to 1.0.2",
            "\u{2b06}\u{fe0f} Bump serde from 1.0.2 to 1.0.3 (#7)",
            "Update dependency vite to v5",
            "Bump the minor group (#8)",
        ];
        let updates = updates.map(entry);
        let told = |count: usize, most| folded(updates.get(..count).unwrap_or_default(), most);
        assert_eq!(told(4, 9).as_deref(), Some("4 dependency updates: serde 1.0.3, vite v5, the minor group"));
        assert_eq!(told(4, 1).as_deref(), Some("4 dependency updates: serde 1.0.3, and 2 more"));
        assert_eq!(told(1, 9).as_deref(), Some("1 dependency update: serde 1.0.2"));
        assert_eq!(told(0, 9), None);
    }
}
