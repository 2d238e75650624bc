//! Notes in Markdown, for changelogs, release pages and pull requests. People's words in them format nothing.

use super::{Notes, NotesEntry, NotesGroup};
use crate::domain::message::markdown::{escaped, quiet};

impl Notes {
    /// The groups, without a title, for a file.
    pub fn markdown(&self) -> String {
        self.with(escaped)
    }

    /// The same for a page on GitHub, where a name would ping somebody.
    pub fn quiet_markdown(&self) -> String {
        self.with(quiet)
    }

    fn with(&self, words: fn(&str) -> String) -> String {
        let mut text = String::new();
        for (group, entries) in &self.groups {
            text.push_str(&format!("\n### {}\n\n", group.heading()));
            match self.all_updates().filter(|_| *group == NotesGroup::Dependencies) {
                Some(updates) => text.push_str(&format!("- {}\n", words(&updates))),
                None => entries.iter().for_each(|entry| text.push_str(&item(entry, words))),
            }
        }
        if let Some(gap) = self.gap() {
            text.push_str(&format!("\n{gap}.\n"));
        }
        text
    }
}

fn item(entry: &NotesEntry, words: fn(&str) -> String) -> String {
    let scope = entry.scope.as_ref().map(|scope| format!("**{}:** ", words(scope))).unwrap_or_default();
    let breaking: String = entry.breaking.iter().map(|text| format!("  - {}\n", words(text))).collect();
    let linked = |(text, address): (String, Option<&str>)| match address {
        Some(address) => format!("[{}]({address})", words(&text)),
        None => words(&text),
    };
    let what: String = entry.pieces().into_iter().map(linked).collect();
    format!("- {scope}{what} ({})\n{breaking}", entry.sha)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::release::notes::Change;

    #[test]
    fn a_section_has_its_groups() {
        let messages = [
            "feat(search): find by colour",
            "feat: new login\n\nBREAKING CHANGE: old tokens end",
            "chore(deps): bump serde from 1.0.1 to 1.0.2",
            "chore(deps): bump vite from 4 to 5",
            "a plain remark",
        ];
        let change = |(at, message): (usize, &&str)| Change {
            sha: format!("{at:040}"),
            message: (*message).to_owned(),
            ..Change::default()
        };
        let changes: Vec<Change> = messages.iter().enumerate().map(change).collect();
        let notes = Notes { unread: 20, ..Notes::from_changes(&changes, None) };
        assert_eq!(
            notes.markdown(),
            "\n### Breaking changes\n\n- new login (0000000)\n  - old tokens end\n\n### Features\n\n\
             - **search:** find by colour (0000000)\n\n### Other changes\n\n- a plain remark (0000000)\n\n\
             ### Dependencies\n\n- 2 dependency updates: serde 1.0.2, vite 5\n\n\
             20 older commits are not listed: there are too many to read.\n"
        );
        assert_eq!(Notes::default().markdown(), "");
        let change = |message: &str| Change { sha: "1".repeat(40), message: message.to_owned(), ..Change::default() };
        let notes = Notes::from_changes(
            &[change("fix(<b>): *drop* `Vec<T>`, @bob\u{202e}"), change("feat: # a heading")],
            None,
        );
        let told = "\n### Features\n\n- \\# a heading (1111111)\n\n### Fixes\n\n\
                    - **\\<b>:** \\*drop\\* `Vec<T>`, @bob\u{27e8}U+202E\u{27e9} (1111111)\n";
        assert_eq!(notes.markdown(), told);
        assert_eq!(notes.quiet_markdown(), told.replace("@bob", "@\u{200b}bob"));
    }
}
