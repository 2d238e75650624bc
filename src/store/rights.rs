//! Who may read the store: nobody but the user that Shipmate runs as.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The rights of a folder: its owner may do everything in it, and nobody else anything.
const FOLDER: u32 = 0o700;
/// The rights of a file: its owner may read and write it, and nobody else anything.
const FILE: u32 = 0o600;

/// Makes a folder, and those above it that are missing, for its owner only.
pub(super) fn make_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(dir)
}

/// How a file is opened that is made if it is missing: for its owner only.
pub(super) fn for_its_owner() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).mode(FILE);
    options
}

/// Puts the rights of a store's folder right, and those of the files in it of which `ours` says so. What cannot be changed
/// is said, and stays as it is.
pub(super) fn put_right(dir: &Path, ours: impl Fn(&str) -> bool) {
    let inside = names(dir).into_iter().filter(|name| ours(name)).map(|name| dir.join(name));
    for path in [dir.to_owned()].into_iter().chain(inside) {
        if let Err(problem) = put_one_right(&path) {
            tracing::warn!("{}", sentence(&path, &problem));
        }
    }
}

fn put_one_right(path: &Path) -> io::Result<()> {
    let found = fs::metadata(path)?;
    let wanted = if found.is_dir() { FOLDER } else { FILE };
    if found.permissions().mode() & 0o777 == wanted {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(wanted))
}

fn sentence(path: &Path, problem: &io::Error) -> String {
    format!(
        "the rights of {} cannot be changed ({problem}): others on this machine may be able to read what is in it, until it \
         belongs to the user that Shipmate runs as",
        path.display()
    )
}

/// What is in a folder; what cannot be listed shows nothing, and opening the store says why.
fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_cannot_be_changed_is_said_with_its_place() {
        // Linux changes no rights there, whoever asks.
        let place = Path::new("/proc/self");
        let said = put_one_right(place).map_err(|problem| sentence(place, &problem));
        let sentence = "the rights of /proc/self cannot be changed (Operation not permitted (os error 1)): others on this \
                        machine may be able to read what is in it, until it belongs to the user that Shipmate runs as";
        assert_eq!(said, Err(sentence.into()));
    }
}
