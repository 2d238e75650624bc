//! Reads a playbook, and tries its plans, so that a mistake shows at the start and not in the middle of a release.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::{Path, PlannedPath, Playbook, fill_text, mistake::PlaybookMistake, plain::plain};
use crate::domain::time::dates;

impl Playbook {
    /// Reads a playbook and tries its plans.
    ///
    /// # Errors
    /// A line for each mistake, with its place.
    pub fn read(text: &str, file: &str) -> Result<Self, String> {
        Self::read_whole(text).map_err(|mistakes| {
            let lines: Vec<String> = mistakes.iter().map(|mistake| mistake.line(text, file)).collect();
            lines.join("\n")
        })
    }

    /// The same.
    ///
    /// # Errors
    /// Every mistake.
    pub fn read_whole(text: &str) -> Result<Self, Vec<PlaybookMistake>> {
        let (_, errors) = DeTable::parse_recoverable(text);
        let not_toml = |error: &toml::de::Error| PlaybookMistake {
            at: error.span().map(|span| span.start),
            words: format!("this is not TOML: {}", error.message()),
        };
        if !errors.is_empty() {
            return Err(errors.iter().map(not_toml).collect());
        }
        let playbook: Self = toml::from_str(text).map_err(|mistake| {
            let at = mistake.span().map(|span| span.start);
            vec![PlaybookMistake { at, words: plain(mistake.message(), at.and_then(|at| key_before(text, at))) }]
        })?;
        let mistakes = playbook.mistakes();
        if mistakes.is_empty() { Ok(playbook) } else { Err(mistakes) }
    }

    fn mistakes(&self) -> Vec<PlaybookMistake> {
        let mut mistakes: Vec<PlaybookMistake> = vec![];
        let mut note = |tried: Result<(), String>| mistakes.extend(tried.err().map(PlaybookMistake::from));
        note(self.zone_or(chrono_tz::UTC).map(drop));
        note(dates::check(&self.dates));
        note(self.rules("any", chrono_tz::UTC).map(drop));
        for path in [&self.release, &self.hotfix] {
            mistakes.extend(self.planned_for(path, &BTreeMap::new()).err().unwrap_or_default());
        }
        mistakes
    }

    /// The plan of a sample release on one of its paths, with what its words mean in a project.
    ///
    /// # Errors
    /// Every mistake.
    pub fn planned_for(
        &self,
        path: &Path,
        meanings: &BTreeMap<String, String>,
    ) -> Result<PlannedPath, Vec<PlaybookMistake>> {
        let one = |words: String| vec![words.into()];
        let mut words = self.words("1.2.3", "v1.2.3", "", &path.source);
        words.extend(meanings.clone());
        words.extend([("previous".to_owned(), "1.2.2".to_owned()), ("previous-tag".to_owned(), "v1.2.2".to_owned())]);
        let branch = fill_text(&path.branch, &words).map_err(one)?;
        words.insert("branch".to_owned(), branch);
        let source = fill_text(&path.source, &words).map_err(one)?;
        words.insert("source".to_owned(), source);
        path.planned(&words, self.dates_of(path))
    }
}

/// The key to which the value at a byte belongs.
fn key_before(text: &str, at: usize) -> Option<&str> {
    let line = text.get(..at)?.rsplit('\n').next()?;
    let key = line.trim_end().strip_suffix('=')?.trim();
    (!key.is_empty() && !key.contains([' ', '"', ','])).then_some(key)
}
