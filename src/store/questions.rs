//! What the bot asked back, until somebody says yes.

use chrono::{DateTime, Utc};
use commands::Invocation;

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::message::asked_back::AskedBack;

/// How many questions are kept; the next one takes the place of the oldest.
const KEPT: u64 = 500;

impl Writing {
    /// Keeps a question under a number of its own.
    ///
    /// # Errors
    /// As `put`.
    pub fn ask_back(&mut self, said: Invocation, meant: String, at: DateTime<Utc>) -> Result<u64, StoreProblem> {
        let number = self.next_number("question")?;
        self.put(Tree::Meta, &key(number), &AskedBack { number, said, meant, at })?;
        Ok(number)
    }
}

impl dyn View + '_ {
    /// A question, as long as it is kept.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn asked_back(&self, number: u64) -> Result<Option<AskedBack>, StoreProblem> {
        let kept: Option<AskedBack> = self.get(Tree::Meta, &key(number))?;
        Ok(kept.filter(|kept| kept.number == number))
    }
}

fn key(number: u64) -> Vec<u8> {
    format!("question/{}", number % KEPT).into_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{super::Store, *};

    #[tokio::test]
    async fn only_so_many_questions_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let ask = |writing: &mut Writing| {
            writing.ask_back(Invocation::new("release rollback"), "2.2.0".into(), DateTime::UNIX_EPOCH)
        };
        let first = store.write(ask).await.unwrap();
        assert_eq!(store.asked_back(first).unwrap().unwrap().said.path, "release rollback");
        for _ in 0..KEPT {
            store.write(ask).await.unwrap();
        }
        assert_eq!(store.asked_back(first).unwrap(), None, "another one has taken its place");
        assert!(store.asked_back(first + KEPT).unwrap().is_some());
    }
}
