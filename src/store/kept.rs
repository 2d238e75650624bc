//! Commands that are too long for a button, by the number that it carries.

use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, View, Writing};

/// How many letters of a number say where its command is kept: one that has the same letters takes its place, so no more than
/// 65,536 are kept.
const LETTERS: usize = 4;

/// A command, with its whole number.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptCommand {
    number: String,
    words: String,
}

impl Writing {
    /// Keeps a command under its number.
    ///
    /// # Errors
    /// As `put`.
    pub fn keep_command(&mut self, number: String, words: String) -> Result<(), StoreProblem> {
        self.put(Tree::Meta, &key(&number), &KeptCommand { number, words })
    }
}

impl dyn View + '_ {
    /// The command that is kept under a number.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn kept_command(&self, number: &str) -> Result<Option<String>, StoreProblem> {
        let kept: Option<KeptCommand> = self.get(Tree::Meta, &key(number))?;
        Ok(kept.filter(|kept| kept.number == number).map(|kept| kept.words))
    }
}

fn key(number: &str) -> Vec<u8> {
    format!("button/{}", number.chars().take(LETTERS).collect::<String>()).into_bytes()
}
