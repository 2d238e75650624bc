//! How long each row is kept: finished releases for ever, what is known only in order to know it again for a while, and what
//! people did for as long as the configuration says.

use chrono::{DateTime, TimeDelta, Utc};

use serde::{Deserialize, Serialize};

use super::{StoreProblem, Tree, format::decode, reports::Dated};
use crate::domain::{
    freeze::{Freeze, exemption::Exemption},
    release::backport::MissingBackport,
    team::flag::Switch,
};

/// How long an id is remembered after it was last met, in days; up to a day longer.
pub(super) const REMEMBERED: i64 = 30;
/// How long what others reported is remembered after it was last heard of, in days.
const REPORTED: i64 = 90;

/// The trees of which rows are forgotten.
pub(super) const FORGETFUL: [Tree; 7] =
    [Tree::Seen, Tree::Deliveries, Tree::Reports, Tree::Debts, Tree::Freezes, Tree::Exemptions, Tree::Flags];

/// When an id was last met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Met {
    /// On this day, counted from 1970.
    On(i64),
    /// Before days were noted.
    Sometime(bool),
}

/// From when on a row is not kept any more; `None` for one of which that is not known, or never. `keep` is how long what
/// people did is kept.
///
/// # Errors
/// When the row is not what it should be.
pub fn until_when(tree: Tree, key: &[u8], row: &[u8], keep: TimeDelta) -> Result<Option<DateTime<Utc>>, StoreProblem> {
    // Rows are looked at once a day.
    let keep = keep + TimeDelta::days(1);
    Ok(match tree {
        Tree::Seen => match decode(tree, key, row)? {
            Met::On(day) => DateTime::from_timestamp((day + REMEMBERED + 1) * 24 * 60 * 60, 0),
            Met::Sometime(_) => None,
        },
        Tree::Deliveries => {
            let (_, at): (String, DateTime<Utc>) = decode(tree, key, row)?;
            Some(at + TimeDelta::days(REMEMBERED + 1))
        }
        Tree::Reports => {
            let dated: Dated = decode(tree, key, row)?;
            let of_an_incident = ["matter/", "shown/"].iter().any(|kind| key.starts_with(kind.as_bytes()));
            let reported = TimeDelta::days(REPORTED + 1);
            Some(dated.at + if of_an_incident { keep.max(reported) } else { reported })
        }
        Tree::Debts => {
            let debt: MissingBackport = decode(tree, key, row)?;
            let paid = debt.lines.iter().filter_map(|owed| owed.settled).max();
            debt.is_settled().then(|| paid.map_or(debt.shipped, |paid| paid.max(debt.shipped)) + keep)
        }
        Tree::Freezes => {
            let freeze: Freeze = decode(tree, key, row)?;
            let lifted = freeze.lifted.as_ref().map(|(_, at)| *at);
            // What a rule would begin again is not over before the rule's own time is.
            freeze.until.max(lifted.filter(|_| freeze.rule.is_none() || freeze.until.is_some())).map(|over| over + keep)
        }
        Tree::Exemptions => {
            let exemption: Exemption = decode(tree, key, row)?;
            exemption.lapsed.map(|(_, at)| at + keep)
        }
        Tree::Flags => {
            let switch: Switch = decode(tree, key, row)?;
            switch.ended.map(|_| switch.at + keep)
        }
        Tree::Meta
        | Tree::Releases
        | Tree::Facts
        | Tree::Inbox
        | Tree::Outbox
        | Tree::Cards
        | Tree::Enforcer
        | Tree::Agenda
        | Tree::Environments
        | Tree::History
        | Tree::Index => None,
    })
}
