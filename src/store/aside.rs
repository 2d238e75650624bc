//! Rows that were set aside: a mark for each, beside the row, which stays where it is.

use super::{Rows, Store, StoreProblem, Tree, Writing};
use crate::domain::aside::{Aside, Row};

const ASIDE: &str = "aside/";

impl Writing {
    /// Sets a row aside.
    ///
    /// # Errors
    /// As `put`.
    pub fn put_aside(&mut self, aside: &Aside) -> Result<(), StoreProblem> {
        self.put(Tree::Meta, &key(&aside.row), aside)
    }

    /// Takes a row up again; whether it was set aside.
    ///
    /// # Errors
    /// When the mark cannot be read.
    pub fn take_up(&mut self, row: &Row) -> Result<bool, StoreProblem> {
        let was = aside(self, row)?.is_some();
        if was {
            self.remove(Tree::Meta, &key(row));
        }
        Ok(was)
    }

    /// All that was set aside.
    ///
    /// # Errors
    /// When a mark cannot be read.
    pub fn all_aside(&self) -> Result<Vec<Aside>, StoreProblem> {
        all(self)
    }
}

impl Store {
    /// How a row was set aside, if it was.
    ///
    /// # Errors
    /// When the mark cannot be read.
    pub fn aside(&self, row: &Row) -> Result<Option<Aside>, StoreProblem> {
        aside(self, row)
    }

    /// Whether a row was set aside.
    ///
    /// # Errors
    /// When the mark cannot be read.
    pub fn is_aside(&self, row: &Row) -> Result<bool, StoreProblem> {
        Ok(aside(self, row)?.is_some())
    }

    /// All that was set aside.
    ///
    /// # Errors
    /// When a mark cannot be read.
    pub fn all_aside(&self) -> Result<Vec<Aside>, StoreProblem> {
        all(self)
    }
}

/// The mark of a row, if it was set aside.
pub(super) fn aside(rows: &impl Rows, row: &Row) -> Result<Option<Aside>, StoreProblem> {
    rows.get(Tree::Meta, &key(row))
}

fn all(rows: &impl Rows) -> Result<Vec<Aside>, StoreProblem> {
    Ok(rows.scan(Tree::Meta, ASIDE.as_bytes())?.into_iter().map(|(_, aside)| aside).collect())
}

fn key(row: &Row) -> Vec<u8> {
    format!("{ASIDE}{}", row.key()).into_bytes()
}
