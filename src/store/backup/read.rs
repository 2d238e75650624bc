//! Reads a backup, line by line, and makes sure that all of it is there.

use std::io::BufRead;

use ring::digest::{Context, SHA256};

use super::{
    BackupEnd, BackupHead, BackupProblem, TakeRow,
    line::{END, EndLine, PROBLEM, ProblemLine, RowLine, VERSION},
};
use crate::{domain::hex, store::format};

/// Reads a backup of this name and gives each row to `take`. Only once this returns is it known that all of it was right.
///
/// # Errors
/// What is wrong with it, and what `take` says.
pub fn read_backup(
    from: &mut dyn BufRead,
    file: &str,
    take: TakeRow<'_>,
) -> Result<(BackupHead, BackupEnd), BackupProblem> {
    let mut lines = Lines { from, file, digest: Context::new(&SHA256), number: 0 };
    let first = lines.next()?.ok_or_else(|| BackupProblem::NotOne { file: file.to_owned() })?;
    let head: BackupHead = match serde_json::from_slice(&first) {
        Ok(head) => head,
        Err(_) => return Err(told(&first).unwrap_or(BackupProblem::NotOne { file: file.to_owned() })),
    };
    if head.shipmate_backup > VERSION || head.layout > format::SCHEMA {
        let (program, own) = (head.program, env!("CARGO_PKG_VERSION"));
        return Err(BackupProblem::Newer { file: file.to_owned(), program, own });
    }
    let mut rows = 0;
    loop {
        let before = hex::encoded(lines.digest.clone().finish().as_ref());
        let line = lines.next()?.ok_or_else(|| BackupProblem::Cut { file: file.to_owned() })?;
        if line.starts_with(END.as_bytes()) {
            let end = lines.read_end(&line)?;
            if end.sha256 != before || end.rows != rows {
                return Err(BackupProblem::changed(file, "its checksum is another"));
            }
            return match lines.next()? {
                None => Ok((head, end)),
                Some(_) => Err(BackupProblem::changed(file, "something follows its last line")),
            };
        }
        if let Some(problem) = told(&line) {
            return Err(problem);
        }
        let odd = || BackupProblem::changed(file, format!("line {} makes no sense", lines.number));
        let row: RowLine<'_> = serde_json::from_slice(&line).map_err(|_| odd())?;
        let (tree, key, value) = row.read().ok_or_else(odd)?;
        rows += 1;
        take(tree, &key, value)?;
    }
}

/// What a running bot says instead of going on.
fn told(line: &[u8]) -> Option<BackupProblem> {
    let told: ProblemLine = serde_json::from_slice(line.strip_prefix(PROBLEM.as_bytes()).and(Some(line))?).ok()?;
    Some(BackupProblem::Told(told.problem))
}

/// The lines of a backup, summed up as they are read.
struct Lines<'a> {
    from: &'a mut dyn BufRead,
    file: &'a str,
    digest: Context,
    number: u64,
}

impl Lines<'_> {
    /// The next line; `None` at the end. One that is not ended is the mark of a cut.
    fn next(&mut self) -> Result<Option<Vec<u8>>, BackupProblem> {
        let mut line = vec![];
        let read = self.from.read_until(b'\n', &mut line);
        read.map_err(|problem| BackupProblem::of_file(self.file, &problem))?;
        self.number += 1;
        self.digest.update(&line);
        match line.pop() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(line)),
            Some(_) if self.number == 1 => Err(BackupProblem::NotOne { file: self.file.to_owned() }),
            Some(_) => Err(BackupProblem::Cut { file: self.file.to_owned() }),
        }
    }

    fn read_end(&self, line: &[u8]) -> Result<BackupEnd, BackupProblem> {
        let odd = |_| BackupProblem::changed(self.file, "its last line makes no sense");
        serde_json::from_slice::<EndLine>(line).map(|line| line.end).map_err(odd)
    }
}
