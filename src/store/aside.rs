//! Rows that were set aside: a mark for each, beside the row, which stays where it is.

use super::{StoreProblem, Tree, View, Writing};
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
        let was = self.aside(row)?.is_some();
        if was {
            self.remove(Tree::Meta, &key(row));
        }
        Ok(was)
    }
}

impl dyn View + '_ {
    /// All that was set aside.
    ///
    /// # Errors
    /// When a mark cannot be read.
    pub fn all_aside(&self) -> Result<Vec<Aside>, StoreProblem> {
        self.all(Tree::Meta, ASIDE.as_bytes())
    }

    /// How a row was set aside, if it was.
    ///
    /// # Errors
    /// When the mark cannot be read.
    pub fn aside(&self, row: &Row) -> Result<Option<Aside>, StoreProblem> {
        self.get(Tree::Meta, &key(row))
    }

    /// Whether a row was set aside.
    ///
    /// # Errors
    /// When the mark cannot be read.
    pub fn is_aside(&self, row: &Row) -> Result<bool, StoreProblem> {
        Ok(self.aside(row)?.is_some())
    }
}

fn key(row: &Row) -> Vec<u8> {
    format!("{ASIDE}{}", row.key()).into_bytes()
}
