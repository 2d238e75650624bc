//! The bot's own door in the store's folder: whoever comes in gets a backup. Only its owner can, as with the folder.

use std::{
    fs::{self, Permissions},
    io::{self, BufWriter},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::net::{UnixListener, UnixStream};

use crate::{
    context::Context,
    store::{Store, backup::BackupProblem},
    work::{Failed, Hand, NextTurn, Quiet, Waker, Worker},
};

/// The socket's name in the store's folder.
const NAME: &str = "shipmate.sock";
/// How long somebody who asked may take nothing, before they are left.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the door of the store in `folder` is.
pub(super) fn place(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Opens the door until the bot ends.
pub fn keep(context: &Context, folder: &Path) {
    let (keeper, own) = (context.clone(), Quiet::default());
    let place = place(folder);
    let make = move || Doorkeeper { context: keeper.clone(), place: place.clone(), listener: None };
    // Waiting for somebody is no work.
    drop(context.keep_in(&own, "the door for backups", &Waker::default(), own.busy(), make));
}

struct Doorkeeper {
    context: Context,
    place: PathBuf,
    listener: Option<UnixListener>,
}

impl Worker for Doorkeeper {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let listener = match self.listener.take().map_or_else(|| open(&self.place), Ok) {
            Ok(listener) => self.listener.insert(listener),
            Err(problem) => {
                tracing::warn!(%problem, "no backup can be asked for while the bot runs: stop it to make one");
                return Ok(NextTurn::Over);
            }
        };
        let (asking, _) = listener.accept().await.map_err(|problem| Failed::Why(problem.to_string()))?;
        let (store, made) = (self.context.store.clone(), self.context.clock.now());
        let served = tokio::task::spawn_blocking(move || serve(&store, made, asking)).await;
        match served.map_err(|stopped| Failed::Why(stopped.to_string()))? {
            Ok(rows) => tracing::info!(rows, "a backup was asked for, and given"),
            Err(problem) => tracing::warn!(%problem, "a backup was asked for, and did not come to its end"),
        }
        Ok(NextTurn::Now)
    }
}

/// The store's folder is ours, so what lies here is of a process that has ended.
fn open(place: &Path) -> io::Result<UnixListener> {
    if place.exists() {
        fs::remove_file(place)?;
    }
    let listener = UnixListener::bind(place)?;
    fs::set_permissions(place, Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn serve(store: &Store, made: DateTime<Utc>, asking: UnixStream) -> Result<u64, BackupProblem> {
    let of_them = |problem: io::Error| BackupProblem::of_file("the backup", &problem);
    let asking = asking.into_std().map_err(of_them)?;
    asking.set_nonblocking(false).and_then(|()| asking.set_write_timeout(Some(PATIENCE))).map_err(of_them)?;
    Ok(store.back_up(made, &mut BufWriter::new(asking))?.rows)
}
