//! Releases in the store: the specification once, then one row a fact, and a mark for each that is open.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::{Rows, Store, StoreProblem, Tree, Writing, aside};
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

    /// Notes that a release is over; so is whatever was set aside of it.
    ///
    /// # Errors
    /// When the mark cannot be read.
    pub fn close_release(&mut self, id: ReleaseId) -> Result<(), StoreProblem> {
        self.remove(Tree::Meta, &open_key(id));
        self.take_up(&Row::Release(id)).map(drop)
    }

    /// Every open release, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn open_releases(&self) -> Result<Vec<Release>, StoreProblem> {
        read_open(self, |id| self.release(id))
    }
}

impl Store {
    /// A release with all its facts; none while it is set aside because it cannot be read.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn release(&self, id: ReleaseId) -> Result<Option<Release>, StoreProblem> {
        self.0.release(id)
    }

    /// Every open release, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn open_releases(&self) -> Result<Vec<Release>, StoreProblem> {
        read_open(self, |id| self.release(id))
    }

    /// The ids of every open release, oldest first.
    ///
    /// # Errors
    /// When a mark cannot be read.
    pub fn open_ids(&self) -> Result<Vec<ReleaseId>, StoreProblem> {
        Ok(self.scan(Tree::Meta, OPEN)?.into_iter().map(|(_, id)| id).collect())
    }

    /// What a release was to be when it began.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn spec(&self, id: ReleaseId) -> Result<Option<ReleaseSpec>, StoreProblem> {
        read_spec(id, self)
    }

    /// The newest releases, oldest first.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub fn latest_releases(&self, count: usize) -> Result<Vec<Release>, StoreProblem> {
        let rows: Vec<(Vec<u8>, IgnoredAny)> = self.scan_last(Tree::Releases, &[], count)?;
        let found: Result<Vec<_>, _> =
            rows.iter().filter_map(|(key, _)| id_of(key)).map(|id| self.release(id)).collect();
        Ok(found?.into_iter().flatten().collect())
    }
}

pub(super) fn read(id: ReleaseId, rows: &impl Rows) -> Result<Option<Release>, StoreProblem> {
    if aside::aside(rows, &Row::Release(id))?.is_some_and(|aside| aside.unreadable) {
        return Ok(None);
    }
    let (spec, facts) = match rows.get(Tree::Releases, &key(id)) {
        Ok(None) => return Ok(None),
        Ok(Some(spec)) => (spec, facts(id, rows)?),
        Err(problem) => read_older(id, rows)?.ok_or(problem)?,
    };
    // Facts of which nobody can make sense are like a row that cannot be read.
    Release::read(spec, facts).map(Some).map_err(|unplanned| StoreProblem::Unreadable {
        tree: Tree::Facts.name(),
        key: format!("of release {}", id.0),
        why: unplanned.to_string(),
    })
}

fn facts<T: DeserializeOwned>(id: ReleaseId, rows: &impl Rows) -> Result<Vec<T>, StoreProblem> {
    let facts: Vec<(Vec<u8>, T)> = rows.scan(Tree::Facts, &key(id))?;
    Ok(facts.into_iter().map(|(_, fact)| fact).collect())
}

fn read_spec(id: ReleaseId, rows: &impl Rows) -> Result<Option<ReleaseSpec>, StoreProblem> {
    match rows.get(Tree::Releases, &key(id)) {
        Err(problem) => Ok(Some(read_older(id, rows)?.ok_or(problem)?.0)),
        found => found,
    }
}

/// A release that an older program stored and that was over by then; those under way are written anew.
fn read_older(id: ReleaseId, rows: &impl Rows) -> Result<Option<(ReleaseSpec, Vec<Recorded>)>, StoreProblem> {
    let Some(spec) = rows.get::<Value>(Tree::Releases, &key(id))? else { return Ok(None) };
    Ok(older::read(&spec, facts(id, rows)?))
}

/// Writes every open release anew that an older program stored.
pub(super) fn renew(writing: &mut Writing) -> Result<(), StoreProblem> {
    let marks: Vec<(Vec<u8>, ReleaseId)> = writing.scan(Tree::Meta, OPEN)?;
    for (_, id) in marks {
        if Rows::get::<ReleaseSpec>(writing, Tree::Releases, &key(id)).is_ok() {
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

fn read_open(
    rows: &impl Rows,
    release: impl Fn(ReleaseId) -> Result<Option<Release>, StoreProblem>,
) -> Result<Vec<Release>, StoreProblem> {
    let marks: Vec<(Vec<u8>, ReleaseId)> = rows.scan(Tree::Meta, OPEN)?;
    let found: Result<Vec<_>, _> = marks.into_iter().map(|(_, id)| release(id)).collect();
    Ok(found?.into_iter().flatten().collect())
}

fn key(id: ReleaseId) -> [u8; 8] {
    id.0.to_be_bytes()
}

fn id_of(key: &[u8]) -> Option<ReleaseId> {
    Some(ReleaseId(u64::from_be_bytes(key.try_into().ok()?)))
}

fn open_key(id: ReleaseId) -> Vec<u8> {
    [OPEN, &key(id)].concat()
}
