//! What is in a store, and whether each row of it can be read.

use std::{collections::BTreeMap, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::ask;
use crate::{
    chat::incoming::Incoming,
    store::{
        RowReader, Tree,
        backup::{BackupEnd, BackupProblem, TakeRow, read_backup},
        until_when,
    },
};

/// How many rows that cannot be read are named.
const NAMED: usize = 10;

/// Shows every row of a store as of one commit, whether the bot runs or not.
fn each_row(folder: &Path, now: DateTime<Utc>, take: TakeRow<'_>) -> Result<BackupEnd, BackupProblem> {
    let mut rows = vec![];
    ask::backup_of(folder, now, &mut rows)?;
    Ok(read_backup(&mut &rows[..], "what was read", take)?.1)
}

/// Reads every row of a store as what it should be; says in a sentence that all is well.
///
/// # Errors
/// Sentences: what cannot be read.
pub fn verify(folder: &Path, now: DateTime<Utc>) -> Result<String, Vec<String>> {
    let (mut reader, mut problems) = (RowReader::default(), vec![]);
    let end = each_row(folder, now, &mut |tree, key, row| {
        let read = reader.read(tree, key, row).map_err(|problem| problem.to_string());
        problems.extend(read.and_then(|()| if tree == Tree::Inbox { heard(row) } else { Ok(()) }).err());
        Ok(())
    });
    let end = end.map_err(|problem| vec![problem.to_string()])?;
    problems.extend(reader.end().iter().map(ToString::to_string));
    let (count, rows, commit) = (problems.len(), end.rows, end.commit);
    if count == 0 {
        return Ok(format!(
            "All {rows} rows of commit {commit} were read: each is what it should be, and together they are what was written."
        ));
    }
    problems.truncate(NAMED);
    problems.push(format!("{count} of the {rows} rows of commit {commit} cannot be read."));
    Err(problems)
}

/// Whether something that somebody said can be read.
fn heard(row: &[u8]) -> Result<(), String> {
    let unread = |problem: serde_json::Error| format!("something that somebody said cannot be read ({problem})");
    let row: Value = serde_json::from_slice(row).map_err(unread)?;
    serde_json::from_value::<Incoming>(row["d"].clone()).map(drop).map_err(unread)
}

/// The rows of one kind.
#[derive(Default)]
struct KindOfRows {
    rows: u64,
    bytes: usize,
    oldest: Option<DateTime<Utc>>,
    first_to_go: Option<DateTime<Utc>>,
}

/// Says what is in a store: how many rows of which kind, how large, how old, and which goes next.
///
/// # Errors
/// A sentence.
pub fn stat(folder: &Path, keep: TimeDelta, now: DateTime<Utc>) -> Result<String, String> {
    let mut kinds: BTreeMap<Tree, KindOfRows> =
        Tree::ALL.into_iter().map(|tree| (tree, KindOfRows::default())).collect();
    let end = each_row(folder, now, &mut |tree, key, row| {
        let kind = kinds.entry(tree).or_default();
        kind.rows += 1;
        kind.bytes += key.len() + row.len();
        kind.oldest = earlier(kind.oldest, dated(row));
        // What cannot be read is for `verify` to tell.
        kind.first_to_go = earlier(kind.first_to_go, until_when(tree, key, row, keep).unwrap_or_default());
        Ok(())
    });
    let end = end.map_err(|problem| problem.to_string())?;
    let day = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%d").to_string());
    let mut lines = vec![format!("{:<14}{:>10}{:>14}  {:<12}{}", "what", "rows", "bytes", "oldest", "first goes")];
    for (tree, KindOfRows { rows, bytes, oldest, first_to_go }) in &kinds {
        let (oldest, goes) = (day(*oldest), day(*first_to_go));
        lines.push(format!("{:<14}{rows:>10}{bytes:>14}  {oldest:<12}{goes}", tree.name()));
    }
    let bytes: usize = kinds.values().map(|kind| kind.bytes).sum();
    let next = kinds.iter().filter_map(|(tree, kind)| Some((kind.first_to_go?, tree.name()))).min();
    let next = next.map_or("Nothing of it has a date on which it goes.".to_owned(), |(at, tree)| {
        format!("Next goes a row of {tree}, on {}.", at.format("%Y-%m-%d"))
    });
    lines.push(format!("{} rows and {bytes} bytes as of commit {}. {next}", end.rows, end.commit));
    Ok(lines.join("\n"))
}

fn earlier(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    one.into_iter().chain(other).min()
}

/// When a row is from, where it says so.
fn dated(row: &[u8]) -> Option<DateTime<Utc>> {
    let row: Value = serde_json::from_slice(row).ok()?;
    let dates = ["/d/at", "/d/from", "/d/asked_at", "/d/since", "/d/1"];
    dates.iter().find_map(|place| row.pointer(place)?.as_str()?.parse().ok())
}
