//! Where a backup comes from: the bot that runs, or the folder of one that does not.

use std::{
    io::{self, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::door;
use crate::store::backup::{BackupProblem, back_up_at_rest};

/// How long a running bot may say nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes a backup of the store in `folder` into `out`, as the running bot gives it or as the folder has it.
pub(super) fn backup_of(folder: &Path, made: DateTime<Utc>, out: &mut dyn Write) -> Result<(), BackupProblem> {
    let place = door::place(folder);
    let of_the_door = |problem: io::Error| BackupProblem::of_file(&place.display().to_string(), &problem);
    match UnixStream::connect(&place) {
        Ok(mut bot) => {
            bot.set_read_timeout(Some(PATIENCE)).map_err(of_the_door)?;
            io::copy(&mut bot, out).map(drop).map_err(of_the_door)
        }
        // Nobody is there, or it is a folder whose path is too long for a door.
        Err(nobody) if nobody.kind() != io::ErrorKind::PermissionDenied => back_up_at_rest(folder, made, out).map(drop),
        Err(problem) => Err(of_the_door(problem)),
    }
}
