//! The questions that wait for an answer in words, and the time until which they do.

use chrono::{DateTime, Utc};

use super::{StoreProblem, Tree, View, Writing};
use crate::domain::message::{
    asking::{Asker, OpenQuestion},
    post::Place,
};

const ASKING: &[u8] = b"asking/";

impl Writing {
    /// Keeps a question. One that the same person was asked in the same place before is asked no more.
    ///
    /// # Errors
    /// As `put`.
    pub fn ask(&mut self, question: &OpenQuestion) -> Result<(), StoreProblem> {
        let key = key(question.asker.user, question.place);
        if let Some(before) = self.get::<OpenQuestion>(Tree::Meta, &key)? {
            self.end_question(&before)?;
        }
        self.put(Tree::Meta, &key, question)
    }

    /// Notes where a question stands. One that is asked no more is taken away.
    ///
    /// # Errors
    /// As `put`.
    pub fn asked(&mut self, asker: &Asker, place: Place, message: u64) -> Result<(), StoreProblem> {
        match self.question(asker, place)? {
            Some(question) => {
                let question = OpenQuestion { message: Some(message), ..question };
                self.put(Tree::Meta, &key(asker.user, place), &question)
            }
            None => self.end_message(place, message),
        }
    }

    /// Ends a question with its answer, unless it has ended already; says whether it is this answer that ended it.
    ///
    /// # Errors
    /// As `put`.
    pub fn answer(&mut self, question: &OpenQuestion, (place, answer): (Place, u64)) -> Result<bool, StoreProblem> {
        let Some(open) = self.question(&question.asker, question.place)? else { return Ok(false) };
        self.end_question(&open)?;
        self.react(place, answer)?;
        Ok(true)
    }

    /// Ends the questions whose time is over.
    ///
    /// # Errors
    /// As `put`.
    pub fn forget_questions(&mut self, now: DateTime<Utc>) -> Result<(), StoreProblem> {
        let over = self.questions()?.into_iter().filter(|question| question.asker.until <= now);
        over.collect::<Vec<_>>().iter().try_for_each(|question| self.end_question(question))
    }

    /// Whether by this decision something is asked.
    pub fn has_asked(&self) -> bool {
        self.has_changed_below(Tree::Meta, ASKING)
    }

    fn end_question(&mut self, question: &OpenQuestion) -> Result<(), StoreProblem> {
        self.remove(Tree::Meta, &key(question.asker.user, question.place));
        question.message.map_or(Ok(()), |message| self.end_message(question.place, message))
    }
}

impl dyn View + '_ {
    /// All questions that wait.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn questions(&self) -> Result<Vec<OpenQuestion>, StoreProblem> {
        let rows: Vec<(Vec<u8>, OpenQuestion)> = self.scan(Tree::Meta, ASKING)?;
        Ok(rows.into_iter().map(|(_, question)| question).collect())
    }

    /// The question that somebody was asked, as long as it waits.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn question(&self, asker: &Asker, place: Place) -> Result<Option<OpenQuestion>, StoreProblem> {
        let open: Option<OpenQuestion> = self.get(Tree::Meta, &key(asker.user, place))?;
        Ok(open.filter(|open| open.asker.number == asker.number))
    }
}

fn key(user: u64, place: Place) -> Vec<u8> {
    [ASKING, format!("{user}/{place}").as_bytes()].concat()
}
