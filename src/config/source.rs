//! The file that is being read, and what was found wrong in it so far.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use super::problem::{Problem, place_of};

/// The file that is being read, and what was found wrong in it so far.
pub(super) struct Source<'a> {
    /// The file's name, as it was given.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The bytes at which its lines begin.
    pub line_starts: Vec<usize>,
    /// Looks up an environment variable.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// What is wrong.
    pub problems: RefCell<Vec<Problem>>,
    /// What is doubtful.
    pub warnings: RefCell<Vec<Problem>>,
}

impl Source<'_> {
    /// Notes that something is wrong.
    pub(super) fn problem(&self, at: usize, sentence: impl Into<String>) {
        self.problems.borrow_mut().push(self.noted(at, sentence.into()));
    }

    /// Notes that something is doubtful.
    pub(super) fn warning(&self, at: usize, sentence: impl Into<String>) {
        self.warnings.borrow_mut().push(self.noted(at, sentence.into()));
    }

    /// How much is wrong so far.
    pub(super) fn found(&self) -> usize {
        self.problems.borrow().len()
    }

    /// The place of a byte, as a problem without its sentence.
    pub(super) fn at(&self, at: usize) -> Problem {
        self.noted(at, String::new())
    }

    /// A path as the file means it: relative to the file's own folder.
    pub(super) fn path(&self, written: &str) -> PathBuf {
        Path::new(self.file).parent().unwrap_or(Path::new("")).join(written)
    }

    /// The line and column of a byte.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        place_of(self.text, &self.line_starts, at)
    }

    fn noted(&self, at: usize, sentence: String) -> Problem {
        // A sentence may quote the file, and stays one line even so.
        let sentence = sentence.replace(char::is_control, " ");
        Problem { file: self.file.to_owned(), place: Some(self.place(at)), sentence }
    }
}
