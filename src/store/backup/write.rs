//! Writes a backup, and counts what it writes.

use std::io::{self, Write};

use ring::digest::{Context, SHA256};
use serde::Serialize;

use super::{
    BackupEnd, BackupHead, BackupProblem, TakeRow,
    line::{EndLine, ProblemLine, RowLine},
};
use crate::{
    domain::hex,
    store::{StoreProblem, Tree, checksum::Checksum, files, format},
};

/// Writes what it is, each row that `rows` has, and the end. Why it stops early is its last line then.
pub(super) fn write(
    head: &BackupHead,
    out: &mut dyn Write,
    rows: impl FnOnce(TakeRow<'_>) -> Result<(), BackupProblem>,
) -> Result<BackupEnd, BackupProblem> {
    let mut written = BackupOut { out, digest: Context::new(&SHA256) };
    written.whole(head, rows).inspect_err(|problem| {
        // If nobody listens any more, nobody misses it.
        let _ = written.line(&ProblemLine { problem: problem.to_string() }).and_then(|()| written.out.flush());
    })
}

/// What has been written so far.
struct BackupOut<'a> {
    out: &'a mut dyn Write,
    digest: Context,
}

impl BackupOut<'_> {
    fn whole(
        &mut self,
        head: &BackupHead,
        rows: impl FnOnce(TakeRow<'_>) -> Result<(), BackupProblem>,
    ) -> Result<BackupEnd, BackupProblem> {
        let refused = |problem: io::Error| BackupProblem::of_file("the backup", &problem);
        self.line(head).map_err(refused)?;
        let (mut counted, mut count) = (RowCount::default(), 0);
        rows(&mut |tree, key, value| {
            let line = RowLine::of(tree, key, value).ok_or_else(|| no_json(tree, key))?;
            counted.add(tree, key, value)?;
            count += 1;
            self.line(&line).map_err(refused)
        })?;
        let end = BackupEnd {
            commit: counted.commit()?,
            rows: count,
            sha256: hex::encoded(self.digest.clone().finish().as_ref()),
        };
        self.line(&EndLine { end: end.clone() }).and_then(|()| self.out.flush()).map_err(refused)?;
        Ok(end)
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.digest.update(&text);
        self.out.write_all(&text)
    }
}

/// Counts rows, to compare them with what their commit left.
#[derive(Default)]
struct RowCount {
    counted: Checksum,
    recorded: Option<Checksum>,
}

impl RowCount {
    fn add(&mut self, tree: Tree, key: &[u8], value: &[u8]) -> Result<(), StoreProblem> {
        match Checksum::read(tree, key, value)? {
            Some(recorded) => self.recorded = Some(recorded),
            None => self.counted.add(tree, key, value),
        }
        Ok(())
    }

    /// The commit as of which the rows are.
    fn commit(self) -> Result<u64, StoreProblem> {
        let damaged = |why: &str| StoreProblem::damaged(std::path::Path::new("the store's folder"), files::LOG, why);
        let recorded = self.recorded.ok_or_else(|| damaged("it does not say how much was written"))?;
        let same = recorded.is_of(&self.counted);
        same.then_some(recorded.commit).ok_or_else(|| damaged("what is read is not what was written"))
    }
}

fn no_json(tree: Tree, key: &[u8]) -> StoreProblem {
    StoreProblem::Unreadable { tree: tree.name(), key: format::readable(key), why: "it is no JSON".to_owned() }
}
