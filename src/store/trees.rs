//! The trees, as bytes: opening them, reading them, changing them together.

use std::{collections::BTreeMap, ops::Bound, path::Path};

use sled::{
    Batch, IVec, Transactional,
    transaction::{ConflictableTransactionError, TransactionError},
};

use super::{
    StoreProblem, files,
    pieces::{self, Pieces, StoredEntry},
};

/// What kinds of entries there are; each has its own keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tree {
    /// What the store says about itself, and counters.
    Meta,
    /// One entry a release.
    Releases,
    /// What happened, in order.
    Facts,
    /// What came in and is not yet dealt with.
    Inbox,
    /// The ids of what came in already.
    Seen,
    /// What is still to be said.
    Outbox,
    /// Where each card stands in each chat.
    Cards,
    /// Who froze what.
    Freezes,
    /// What GitHub delivered.
    Deliveries,
    /// Who may pass a freeze.
    Exemptions,
    /// What was written and read on GitHub to keep freezes.
    Enforcer,
    /// Until when each entry of the agenda has been dealt with, and what people decided about single occurrences.
    Agenda,
    /// What others report: deploys, alerts, and who looks at them.
    Reports,
    /// What stands in each environment.
    Environments,
    /// Which feature flags were switched, by whom and why.
    Flags,
    /// What shipped hotfixes owe to other lines.
    Debts,
    /// One entry a release that is over.
    History,
    /// The marks by which a release is found.
    Index,
}

impl Tree {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Meta,
        Self::Releases,
        Self::Facts,
        Self::Inbox,
        Self::Seen,
        Self::Outbox,
        Self::Cards,
        Self::Freezes,
        Self::Deliveries,
        Self::Exemptions,
        Self::Enforcer,
        Self::Agenda,
        Self::Reports,
        Self::Environments,
        Self::Flags,
        Self::Debts,
        Self::History,
        Self::Index,
    ];

    /// Its name on disk and in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Releases => "releases",
            Self::Facts => "facts",
            Self::Inbox => "inbox",
            Self::Seen => "seen",
            Self::Outbox => "outbox",
            Self::Cards => "cards",
            Self::Freezes => "freezes",
            Self::Deliveries => "deliveries",
            Self::Exemptions => "exemptions",
            Self::Enforcer => "warden",
            Self::Agenda => "agenda",
            Self::Reports => "reports",
            Self::Environments => "environments",
            Self::Flags => "flags",
            Self::Debts => "debts",
            Self::History => "history",
            Self::Index => "index",
        }
    }
}

/// Changes that belong together: a new value, or `None` to remove.
pub(super) type Changes = BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>;

/// What lies under a key.
pub(super) type Bytes = IVec;

/// Entries in key order.
pub(super) type Entries = Vec<(Vec<u8>, Bytes)>;

/// The opened trees of the store in `dir`.
#[derive(Clone)]
pub(super) struct Trees {
    dir: std::path::PathBuf,
    database: sled::Db,
    trees: [sled::Tree; Tree::ALL.len()],
    pub(super) pieces: Pieces,
}

impl Trees {
    /// Opens every tree of `database`; problems speak of the store in `dir`.
    pub(super) fn of(dir: &Path, database: sled::Db) -> Result<Self, StoreProblem> {
        let open = |name| database.open_tree(name).map_err(|problem| StoreProblem::from_sled(dir, &problem));
        let opened = Tree::ALL.iter().map(|tree| open(tree.name())).collect::<Result<Vec<_>, _>>()?;
        let trees =
            opened.try_into().map_err(|_| StoreProblem::damaged(dir, files::LOG, "not every tree can be opened"))?;
        let pieces = Pieces(open(Pieces::NAME)?);
        Ok(Self { dir: dir.to_owned(), database, trees, pieces })
    }

    pub(super) fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<IVec>, StoreProblem> {
        let place = pieces::place(key);
        let Some(stored) = self.stored(tree, &place)? else { return Ok(None) };
        Ok(Some(self.whole((place.as_ref().into(), stored))?.1))
    }

    pub(super) fn scan(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem> {
        let mut entries = self.below(tree, prefix).collect::<Result<Entries, _>>()?;
        // They are in order already, but for long keys that begin alike.
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(entries)
    }

    /// Every entry of `tree`, without holding them all in memory. To be left at the first problem.
    pub(super) fn all(&self, tree: Tree) -> impl Iterator<Item = Result<StoredEntry, StoreProblem>> {
        self.entries(self.at(tree).iter())
    }

    pub(super) fn scan_last(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem> {
        let mut entries = self.below(tree, prefix).rev().take(count).collect::<Result<Entries, _>>()?;
        entries.reverse();
        Ok(entries)
    }

    /// The next `count` keys from `from` on.
    pub(super) fn keys(&self, tree: Tree, from: Bound<Vec<u8>>, count: usize) -> Result<Vec<Vec<u8>>, StoreProblem> {
        Ok(self.portion(tree, from, count)?.into_iter().map(|(key, _)| key).collect())
    }

    /// The next `count` entries from `from` on, in the order of their places.
    pub(super) fn portion(&self, tree: Tree, from: Bound<Vec<u8>>, count: usize) -> Result<Entries, StoreProblem> {
        let from = from.map(|key| pieces::place(&key).into_owned());
        self.entries(self.at(tree).range::<Vec<u8>, _>((from, Bound::Unbounded))).take(count).collect()
    }

    /// Applies `changes` as one transaction. They are not on disk before [`Trees::flush`].
    pub(super) fn apply(&self, changes: Changes) -> Result<(), StoreProblem> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut cutting = self.pieces.cutting().map_err(|problem| self.problem(&problem))?;
        let mut batches: BTreeMap<Tree, Batch> = BTreeMap::new();
        for ((tree, key), value) in changes {
            let place = pieces::place(&key);
            let before = self.stored(tree, &place)?;
            let batch = batches.entry(tree).or_default();
            match value {
                Some(value) => batch.insert(place.as_ref(), cutting.cut(&key, value, before.as_ref())),
                None => {
                    cutting.remove(before.as_ref());
                    batch.remove(place.as_ref());
                }
            }
        }
        let cut = cutting.changes();
        let batches = batches.iter().map(|(tree, batch)| (self.at(*tree), batch));
        let (touched, batches): (Vec<&sled::Tree>, Vec<&Batch>) =
            batches.chain(cut.as_ref().map(|batch| (&self.pieces.0, batch))).unzip();
        touched
            .as_slice()
            .transaction(|trees| {
                for (tree, batch) in trees.iter().zip(&batches) {
                    tree.apply_batch(batch)?;
                }
                Ok::<(), ConflictableTransactionError<std::convert::Infallible>>(())
            })
            .map_err(|failed| match failed {
                TransactionError::Abort(never) => match never {},
                TransactionError::Storage(problem) => self.problem(&problem),
            })
    }

    /// Hands everything applied to the operating system. Never `flush_async`: that one hangs under concurrent callers.
    pub(super) fn flush(&self) -> Result<(), StoreProblem> {
        self.database.flush().map(drop).map_err(|problem| self.problem(&problem))
    }

    fn at(&self, tree: Tree) -> &sled::Tree {
        // `ALL` lists the variants in the order in which they are declared.
        &self.trees[tree as usize]
    }

    /// What lies in a place, whether it is an entry or stands for its pieces.
    fn stored(&self, tree: Tree, place: &[u8]) -> Result<Option<IVec>, StoreProblem> {
        self.at(tree).get(place).map_err(|problem| self.problem(&problem))
    }

    /// The entries whose keys start with `prefix`. Whoever takes them stops at the first problem: sled would answer with
    /// the same one for ever.
    fn below(&self, tree: Tree, prefix: &[u8]) -> impl DoubleEndedIterator<Item = Result<StoredEntry, StoreProblem>> {
        let entries = self.entries(self.at(tree).scan_prefix(pieces::prefix_of_places(prefix)));
        entries.filter(move |entry| entry.as_ref().map_or(true, |(key, _)| key.starts_with(prefix)))
    }

    /// Entries as they were put, from how sled has them.
    fn entries(&self, stored: sled::Iter) -> impl DoubleEndedIterator<Item = Result<StoredEntry, StoreProblem>> {
        stored.map(|entry| entry.map_err(|problem| self.problem(&problem)).and_then(|entry| self.whole(entry)))
    }

    fn whole(&self, (place, stored): (IVec, IVec)) -> Result<StoredEntry, StoreProblem> {
        let entry = self.pieces.whole(place, stored).map_err(|problem| self.problem(&problem))?;
        entry.ok_or_else(|| StoreProblem::damaged(&self.dir, files::LOG, "a piece of an entry is missing"))
    }

    fn problem(&self, problem: &sled::Error) -> StoreProblem {
        StoreProblem::from_sled(&self.dir, problem)
    }
}
