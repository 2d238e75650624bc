//! What kind of row each row is: whether it can be read as what it should be.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::{
    StoreIdentity, StoreProblem, Tree, Watched,
    backups::FailedBackup,
    enforcement::{Announced, Written},
    folded,
    format::decode,
    incidents::{Marked, Shown},
    kept::KeptCommand,
    outbox::{CardRow, Waiting},
    reports::Unread,
    retention::Met,
    signals::{Heard, Noted},
    told::ToldRow,
};
use crate::domain::{
    aside::Aside,
    deploy::{ledger::Ledger, merged::MergedAll, report::History},
    freeze::{Freeze, enforcement::EnforcementReading, exemption::Exemption, telling::Telling},
    incident::{alert::KnownAlerts, matter::Incident},
    message::{
        asked_back::AskedBack,
        asking::OpenQuestion,
        refusing::{MovedGroup, ShutPlace},
    },
    platform::Outage,
    release::{ReleaseId, ReleaseSpec, backport::MissingBackport, fact::Recorded, older},
    team::flag::Switch,
    time::agenda::Exception,
};

/// Reads rows as what they should be. Those of a release that an older program ended make sense together only.
#[derive(Default)]
pub struct RowReader {
    older: BTreeMap<Vec<u8>, (Value, Vec<Value>)>,
}

impl RowReader {
    /// Reads one row. What somebody said is read by those who hear it: here it is looked at no closer.
    ///
    /// # Errors
    /// When it is not what it should be.
    pub fn read(&mut self, tree: Tree, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
        let kind =
            key.split(|byte| *byte == b'/').next().and_then(|kind| std::str::from_utf8(kind).ok()).unwrap_or_default();
        match tree {
            Tree::Meta => meta(kind, key, value),
            Tree::Releases => self.release(key, value),
            Tree::Facts => self.fact(key, value),
            Tree::Inbox => is::<Value>(tree, key, value),
            Tree::Seen => is::<Met>(tree, key, value),
            Tree::Outbox => is::<Waiting>(tree, key, value),
            Tree::Cards if kind == "told" => is::<ToldRow>(tree, key, value),
            Tree::Cards => is::<CardRow>(tree, key, value),
            Tree::Freezes => is::<Freeze>(tree, key, value),
            Tree::Deliveries => is::<(String, DateTime<Utc>)>(tree, key, value),
            Tree::Exemptions => is::<Exemption>(tree, key, value),
            Tree::Enforcer => enforcer(kind, key, value),
            Tree::Agenda => agenda(kind, key, value),
            Tree::Reports => reports(kind, key, value),
            Tree::Environments => is::<Ledger>(tree, key, value),
            Tree::Flags => is::<Switch>(tree, key, value),
            Tree::Debts => is::<MissingBackport>(tree, key, value),
            Tree::History => folded::read_row(key, value).map(drop),
            Tree::Index => is::<ReleaseId>(tree, key, value),
        }
    }

    /// The releases of older programs that make no sense, once all rows were read.
    pub fn end(self) -> Vec<StoreProblem> {
        let odd = self.older.into_iter().filter(|(_, (spec, facts))| older::read(spec, facts.clone()).is_none());
        let problem = |(key, _): (Vec<u8>, _)| StoreProblem::Unreadable {
            tree: Tree::Releases.name(),
            key: super::format::readable(&key),
            why: "neither this program nor an older one would have written it".to_owned(),
        };
        odd.map(problem).collect()
    }

    fn release(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
        if is::<ReleaseSpec>(Tree::Releases, key, value).is_err() {
            self.older.insert(key.to_vec(), (decode(Tree::Releases, key, value)?, vec![]));
        }
        Ok(())
    }

    fn fact(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
        match key.get(..8).and_then(|release| self.older.get_mut(release)) {
            Some((_, facts)) => facts.push(decode(Tree::Facts, key, value)?),
            None => is::<Recorded>(Tree::Facts, key, value)?,
        }
        Ok(())
    }
}

fn meta(kind: &str, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
    let tree = Tree::Meta;
    match kind {
        "open" | "clean-up" => is::<ReleaseId>(tree, key, value),
        "aside" => is::<Aside>(tree, key, value),
        "asking" => is::<OpenQuestion>(tree, key, value),
        "question" => is::<AskedBack>(tree, key, value),
        "away" => is::<Outage>(tree, key, value),
        "button" => is::<KeptCommand>(tree, key, value),
        "shut" => is::<ShutPlace>(tree, key, value),
        "moved" => is::<MovedGroup>(tree, key, value),
        "spoke" => is::<String>(tree, key, value),
        "number" | "schema_version" => is::<u64>(tree, key, value),
        "folded" => is::<bool>(tree, key, value),
        "today" | "swept" => is::<i64>(tree, key, value),
        "identity" => is::<StoreIdentity>(tree, key, value),
        "backups" => is::<FailedBackup>(tree, key, value),
        // The checksum was read already.
        "tally" => is::<IgnoredAny>(tree, key, value),
        _ => unknown(tree, key),
    }
}

fn enforcer(kind: &str, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
    let tree = Tree::Enforcer;
    match kind {
        "status" | "leave" => is::<Written>(tree, key, value),
        "branch" => is::<EnforcementReading>(tree, key, value),
        "telling" => is::<Telling>(tree, key, value),
        "announced" => is::<Announced>(tree, key, value),
        _ => unknown(tree, key),
    }
}

fn agenda(kind: &str, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
    let tree = Tree::Agenda;
    match kind {
        "watched" => is::<Watched>(tree, key, value),
        "exception" => is::<Exception>(tree, key, value),
        "revision" => is::<u64>(tree, key, value),
        _ => unknown(tree, key),
    }
}

fn reports(kind: &str, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
    let tree = Tree::Reports;
    match kind {
        "deploy" => is::<History>(tree, key, value),
        "alerts" => is::<KnownAlerts>(tree, key, value),
        "unread" => is::<Unread>(tree, key, value),
        "signal" => is::<Heard>(tree, key, value),
        "last" => is::<Noted>(tree, key, value),
        "matter" => is::<Incident>(tree, key, value),
        "shown" => is::<Shown>(tree, key, value),
        "merged" => is::<MergedAll>(tree, key, value),
        "waiting" | "sought" => is::<Marked>(tree, key, value),
        _ => unknown(tree, key),
    }
}

fn is<T: DeserializeOwned>(tree: Tree, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
    decode::<T>(tree, key, value).map(drop)
}

fn unknown(tree: Tree, key: &[u8]) -> Result<(), StoreProblem> {
    Err(StoreProblem::Unreadable {
        tree: tree.name(),
        key: super::format::readable(key),
        why: "this program keeps nothing of that name".to_owned(),
    })
}
