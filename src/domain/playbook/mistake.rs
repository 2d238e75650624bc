//! What is wrong with a playbook, and where in its text.

/// What is wrong with a playbook, and at which byte of its text, if that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybookMistake {
    /// The byte.
    pub at: Option<usize>,
    /// What is wrong; what to write instead.
    pub words: String,
}

impl From<String> for PlaybookMistake {
    fn from(words: String) -> Self {
        Self { at: None, words }
    }
}

impl PlaybookMistake {
    /// Line and column in the text, both from 1: where the mistake is known to be, or else the first word that it quotes.
    pub fn place(&self, text: &str) -> Option<(usize, usize)> {
        let quoted = || self.words.split('`').nth(1).and_then(|word| text.find(&format!("\"{word}\"")));
        let before = text.get(..self.at.or_else(quoted)?).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Some((line, column))
    }

    /// The same as one line, in a file.
    pub(super) fn line(&self, text: &str, file: &str) -> String {
        let place = self.place(text).map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        format!("{file}{place}: {}", self.words)
    }
}

/// Where a step is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StepPlace {
    /// The byte; none for what is not written.
    pub at: Option<usize>,
    /// The name of its stage.
    pub stage: String,
}

impl StepPlace {
    /// What is wrong with the step.
    pub(super) fn mistake(&self, words: impl AsRef<str>) -> PlaybookMistake {
        PlaybookMistake { at: self.at, words: format!("stage \"{}\": {}", self.stage, words.as_ref()) }
    }
}
