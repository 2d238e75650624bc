//! Releases in the store: the specification once, then one row a fact, and a mark for each that is open. One that is over is a
//! row of the history.

use std::{collections::BTreeSet, sync::Arc};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    StoreProblem, Tree, View, Writing,
    folded::{self, id_of, key},
};
use crate::domain::{
    aside::Row,
    release::{Release, ReleaseId, ReleaseSpec, fact::Recorded, older},
};

const OPEN: &[u8] = b"open/";

impl Writing {
    /// Stores a new, open release.
    ///
    /// # Errors
    /// As `put`.
    pub fn create_release(&mut self, spec: &ReleaseSpec) -> Result<(), StoreProblem> {
        self.put(Tree::Releases, &key(spec.id), spec)?;
        self.mark_version(spec)?;
        self.put(Tree::Meta, &open_key(spec.id), &spec.id)
    }

    /// Appends a fact; `number` is how many there were.
    ///
    /// # Errors
    /// As `put`.
    pub fn append_fact(&mut self, id: ReleaseId, number: usize, fact: &Recorded) -> Result<(), StoreProblem> {
        let mut key = key(id).to_vec();
        key.extend_from_slice(&(number as u64).to_be_bytes());
        self.put(Tree::Facts, &key, fact)
    }

    /// Notes that a release is over; so is whatever was set aside of it. It is one row from then on.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn close_release(&mut self, id: ReleaseId) -> Result<(), StoreProblem> {
        self.remove(Tree::Meta, &open_key(id));
        self.take_up(&Row::Release(id))?;
        let Some(release) = self.release(id)? else { return Ok(()) };
        // One that could not be read when the others were marked has no mark yet.
        self.mark_version(&release.spec)?;
        self.fold(&release)
    }
}

impl dyn View + '_ {
    /// Every open release, oldest first, shared with others who read it.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn open_releases(&self) -> Result<Vec<Arc<Release>>, StoreProblem> {
        let found: Result<Vec<_>, _> = self.open_ids()?.into_iter().map(|id| self.shared(id)).collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// The ids of every open release, oldest first.
    ///
    /// # Errors
    /// When the marks cannot be read.
    pub fn open_ids(&self) -> Result<Vec<ReleaseId>, StoreProblem> {
        Ok(self.entries(Tree::Meta, OPEN)?.iter().filter_map(|(key, _)| id_of(key.get(OPEN.len()..)?)).collect())
    }

    /// Whether a release goes on.
    ///
    /// # Errors
    /// When its mark cannot be read.
    pub fn is_open(&self, id: ReleaseId) -> Result<bool, StoreProblem> {
        Ok(self.entry(Tree::Meta, &open_key(id))?.is_some())
    }

    /// What a release was to be when it began.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn spec(&self, id: ReleaseId) -> Result<Option<ReleaseSpec>, StoreProblem> {
        match self.get(Tree::Releases, &key(id)) {
            Err(problem) => Ok(Some(read_older(id, self)?.ok_or(problem)?.0)),
            Ok(None) => Ok(folded::read(id, self)?.map(|(spec, _)| spec)),
            found => found,
        }
    }

    /// The newest releases, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn latest_releases(&self, count: usize) -> Result<Vec<Arc<Release>>, StoreProblem> {
        let (open, over) =
            (self.last_entries(Tree::Releases, &[], count)?, self.last_entries(Tree::History, &[], count)?);
        let ids: BTreeSet<ReleaseId> = open.iter().chain(&over).filter_map(|(key, _)| id_of(key)).collect();
        let newest = ids.iter().skip(ids.len().saturating_sub(count));
        let found: Result<Vec<_>, _> = newest.map(|id| self.shared(*id)).collect();
        Ok(found?.into_iter().flatten().collect())
    }
}

pub(super) fn read(id: ReleaseId, view: &dyn View) -> Result<Option<Release>, StoreProblem> {
    if view.aside(&Row::Release(id))?.is_some_and(|aside| aside.unreadable) {
        return Ok(None);
    }
    let (spec, facts) = match view.get(Tree::Releases, &key(id)) {
        Ok(None) => match folded::read(id, view)? {
            Some((spec, folded)) => (spec, [folded, facts(id, view)?].concat()),
            None => return Ok(None),
        },
        Ok(Some(spec)) => (spec, facts(id, view)?),
        Err(problem) => read_older(id, view)?.ok_or(problem)?,
    };
    // Facts of which nobody can make sense are like a row that cannot be read.
    Release::read(spec, facts).map(Some).map_err(|unplanned| StoreProblem::Unreadable {
        tree: Tree::Facts.name(),
        key: format!("of release {}", id.0),
        why: unplanned.to_string(),
    })
}

fn facts<T: DeserializeOwned>(id: ReleaseId, view: &dyn View) -> Result<Vec<T>, StoreProblem> {
    view.all(Tree::Facts, &key(id))
}

/// A release that an older program stored and that was over by then; those under way are written anew.
fn read_older(id: ReleaseId, view: &dyn View) -> Result<Option<(ReleaseSpec, Vec<Recorded>)>, StoreProblem> {
    let Some(spec) = view.get::<Value>(Tree::Releases, &key(id))? else { return Ok(None) };
    Ok(older::read(&spec, facts(id, view)?))
}

/// Writes every open release anew that an older program stored.
pub(super) fn renew(writing: &mut Writing) -> Result<(), StoreProblem> {
    for id in writing.open_ids()? {
        if writing.get::<ReleaseSpec>(Tree::Releases, &key(id)).is_ok() {
            continue;
        }
        // What cannot be read at all is set aside by whoever drives it.
        let Some((spec, facts)) = read_older(id, writing)? else { continue };
        writing.put(Tree::Releases, &key(id), &spec)?;
        for (number, fact) in facts.iter().enumerate() {
            writing.append_fact(id, number, fact)?;
        }
    }
    Ok(())
}

fn open_key(id: ReleaseId) -> Vec<u8> {
    [OPEN, &key(id)].concat()
}
