//! The trees, as bytes: opening them, reading them, changing them together.

use std::{collections::BTreeMap, ops::Bound, path::Path};

use sled::{
    Batch, IVec, Transactional,
    transaction::{ConflictableTransactionError, TransactionError},
};

use super::StoreProblem;

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
    Warden,
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
}

impl Tree {
    /// All of them.
    pub const ALL: [Self; 16] = [
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
        Self::Warden,
        Self::Agenda,
        Self::Reports,
        Self::Environments,
        Self::Flags,
        Self::Debts,
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
            Self::Warden => "warden",
            Self::Agenda => "agenda",
            Self::Reports => "reports",
            Self::Environments => "environments",
            Self::Flags => "flags",
            Self::Debts => "debts",
        }
    }
}

/// Changes that belong together: a new value, or `None` to remove.
pub(super) type Changes = BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>;

/// Entries as they are on disk, in key order.
pub(super) type Entries = Vec<(Vec<u8>, IVec)>;

/// The opened trees of the store in `dir`.
#[derive(Clone)]
pub(super) struct Trees {
    dir: std::path::PathBuf,
    database: sled::Db,
    trees: [sled::Tree; Tree::ALL.len()],
}

impl Trees {
    /// Opens every tree of `database`; problems speak of the store in `dir`.
    pub(super) fn of(dir: &Path, database: sled::Db) -> Result<Self, StoreProblem> {
        let open = |tree: Tree| database.open_tree(tree.name());
        let problem = |problem| StoreProblem::from_sled(dir, &problem);
        let opened = Tree::ALL.iter().map(|tree| open(*tree)).collect::<Result<Vec<_>, _>>().map_err(problem)?;
        let trees = opened.try_into().map_err(|_| StoreProblem::damaged(dir, "db", "not every tree can be opened"))?;
        Ok(Self { dir: dir.to_owned(), database, trees })
    }

    pub(super) fn get(&self, tree: Tree, key: &[u8]) -> Result<Option<IVec>, StoreProblem> {
        self.at(tree).get(key).map_err(|problem| self.problem(&problem))
    }

    pub(super) fn scan(&self, tree: Tree, prefix: &[u8]) -> Result<Entries, StoreProblem> {
        self.collect(self.at(tree).scan_prefix(prefix))
    }

    /// Shows every entry of `tree` to `look`, without holding them all in memory.
    pub(super) fn each(&self, tree: Tree, mut look: impl FnMut(&[u8], &[u8])) -> Result<(), StoreProblem> {
        for entry in self.at(tree).iter() {
            let (key, value) = entry.map_err(|problem| self.problem(&problem))?;
            look(&key, &value);
        }
        Ok(())
    }

    pub(super) fn scan_first(&self, tree: Tree, prefix: &[u8]) -> Result<Option<(Vec<u8>, IVec)>, StoreProblem> {
        Ok(self.collect(self.at(tree).scan_prefix(prefix).take(1))?.pop())
    }

    pub(super) fn scan_last(&self, tree: Tree, prefix: &[u8], count: usize) -> Result<Entries, StoreProblem> {
        let mut entries = self.collect(self.at(tree).scan_prefix(prefix).rev().take(count))?;
        entries.reverse();
        Ok(entries)
    }

    /// The next `count` keys from `from` on.
    pub(super) fn keys(&self, tree: Tree, from: Bound<Vec<u8>>, count: usize) -> Result<Vec<Vec<u8>>, StoreProblem> {
        let entries = self.at(tree).range::<Vec<u8>, _>((from, Bound::Unbounded)).take(count);
        Ok(self.collect(entries)?.into_iter().map(|(key, _)| key).collect())
    }

    /// Applies `changes` as one transaction. They are not on disk before [`Trees::flush`].
    pub(super) fn apply(&self, changes: Changes) -> Result<(), StoreProblem> {
        let mut batches: BTreeMap<Tree, Batch> = BTreeMap::new();
        for ((tree, key), value) in changes {
            let batch = batches.entry(tree).or_default();
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        let touched: Vec<&sled::Tree> = batches.keys().map(|tree| self.at(*tree)).collect();
        touched
            .as_slice()
            .transaction(|trees| {
                for (tree, batch) in trees.iter().zip(batches.values()) {
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

    /// Stops at the first problem: sled would answer with the same one for ever.
    fn collect(&self, entries: impl Iterator<Item = sled::Result<(IVec, IVec)>>) -> Result<Entries, StoreProblem> {
        let owned = entries.map(|entry| entry.map(|(key, value)| (key.to_vec(), value)));
        owned.collect::<Result<_, _>>().map_err(|problem| self.problem(&problem))
    }

    fn problem(&self, problem: &sled::Error) -> StoreProblem {
        StoreProblem::from_sled(&self.dir, problem)
    }
}
