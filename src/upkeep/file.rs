//! A file that is there whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::store::backup::{BackupEnd, BackupHead, BackupProblem, read_backup};

/// What a file is called as long as it is not whole.
pub(super) const UNFINISHED: &str = "unfinished";

/// Writes a backup beside its place, reads it back, and puts it there once it is on disk. What is there already stays.
pub(super) fn write_whole(
    file: &Path,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), BackupProblem>,
) -> Result<(BackupHead, BackupEnd), BackupProblem> {
    let name = file.display().to_string();
    let refused = |problem: io::Error| BackupProblem::of_file(&name, &problem);
    if file.exists() {
        return Err(refused(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file of that name already")));
    }
    let beside = beside(file);
    let written = write_beside(&beside, &name, fill);
    let moved = written.and_then(|read| {
        fs::rename(&beside, file).and_then(|()| sync_folder_of(file)).map_err(refused)?;
        Ok(read)
    });
    moved.inspect_err(|_| {
        // Nothing of it is of use.
        let _ = fs::remove_file(&beside);
    })
}

fn write_beside(
    beside: &Path,
    name: &str,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), BackupProblem>,
) -> Result<(BackupHead, BackupEnd), BackupProblem> {
    let refused = |problem: io::Error| BackupProblem::of_file(name, &problem);
    // What a kill left there is nobody's. It holds what the store holds: nobody else reads it, or chooses where it goes.
    match fs::remove_file(beside) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(refused(problem)),
        Err(_) | Ok(()) => {}
    }
    let open = OpenOptions::new().create_new(true).write(true).mode(0o600).open(beside);
    let mut out = BufWriter::new(open.map_err(refused)?);
    fill(&mut out)?;
    let out = out.into_inner().map_err(|problem| refused(problem.into_error()))?;
    out.sync_all().map_err(refused)?;
    let written = File::open(beside).map_err(refused)?;
    read_backup(&mut BufReader::new(written), name, &mut |_, _, _| Ok(()))
}

/// Where a file is written before it is whole.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{UNFINISHED}"));
    file.with_file_name(name)
}

fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_lies_beside_is_neither_followed_nor_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("x.jsonl"), folder.path().join("somebody's"));
        fs::write(&other, "theirs").unwrap();
        std::os::unix::fs::symlink(&other, beside(&file)).unwrap();
        let written = write_whole(&file, |out| {
            out.write_all(b"no backup").map_err(|problem| BackupProblem::of_file("x", &problem))
        });
        assert!(written.is_err(), "it is read back");
        assert_eq!(fs::read_to_string(&other).unwrap(), "theirs");
        assert!(!file.exists() && !beside(&file).exists());
    }
}
