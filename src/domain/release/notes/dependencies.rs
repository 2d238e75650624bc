//! Updates of what a product is built from: many of them say little, so they are told in one line with a count.

use std::sync::LazyLock;

use regex::Regex;

use super::{Change, NotesEntry};

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
    let written = UPDATE.as_ref().is_some_and(|update| update.is_match(what));
    UPDATERS.contains(&change.author.as_str()) || scope.is_some_and(|scope| SCOPES.contains(&scope)) || written
}

/// All updates in one line; nothing if there are none.
pub(super) fn folded(updates: &[NotesEntry]) -> Option<String> {
    let mut names: Vec<String> = vec![];
    for name in updates.iter().map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let count = updates.len();
    let update = if count == 1 { "dependency update" } else { "dependency updates" };
    (count > 0).then(|| format!("{count} {update}: {}", names.join(", ")))
}

fn name(entry: &NotesEntry) -> String {
    let found = UPDATE.as_ref().and_then(|update| update.captures(&entry.what));
    let part = |names: [&str; 2]| {
        let found = found.as_ref()?;
        names.into_iter().find_map(|name| found.name(name)).map(|part| part.as_str().trim_matches('`').to_owned())
    };
    match (part(["bumped", "updated"]), part(["to", "at"])) {
        (Some(name), Some(version)) => format!("{name} {version}"),
        _ => entry.what.clone(),
    }
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
        let updates = ["bump serde from 1.0.1 to 1.0.2", "Update dependency vite to v5", "the minor group"].map(entry);
        assert_eq!(folded(&updates).as_deref(), Some("3 dependency updates: serde 1.0.2, vite v5, the minor group"));
        assert_eq!(folded(&updates[..1]).as_deref(), Some("1 dependency update: serde 1.0.2"));
        assert_eq!(folded(&[]), None);
    }
}
