//! Makes backups by itself, again and again, and removes the oldest.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use super::{file, folder};
use crate::{
    config::BackupSettings,
    context::Context,
    domain::message::{
        Message,
        post::{Place, Target},
    },
    messages,
    record::journal,
    store::{Store, StoreProblem, Writing, backup::BackupProblem, backups::FailedBackup},
    work::{Failed, Hand, NextTurn, Waker, Worker},
};

/// When it is tried again after it failed.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// Makes backups until the bot ends.
pub fn keep_backups(context: &Context, settings: &BackupSettings) {
    let keeper = BackupKeeper { context: context.clone(), settings: settings.clone() };
    drop(context.keep("the making of backups", &Waker::default(), context.quiet.busy(), move || keeper.clone()));
}

#[derive(Clone)]
struct BackupKeeper {
    context: Context,
    settings: BackupSettings,
}

impl Worker for BackupKeeper {
    async fn turn(&mut self, _: &Hand) -> Result<NextTurn, Failed> {
        let (now, settings, store) = (self.context.clock.now(), self.settings.clone(), self.context.store.clone());
        let made = tokio::task::spawn_blocking(move || made_when_due(&store, &settings, now)).await;
        match made.map_err(|stopped| Failed::Why(stopped.to_string()))? {
            Ok(NextBackup::Due(at)) => Ok(NextTurn::At(at)),
            Ok(NextBackup::Made(file)) => {
                tracing::info!(file = %file.display(), "a backup was made");
                self.note_success(&file).await?;
                Ok(NextTurn::At(now + self.settings.every))
            }
            // The bot ends: there is nothing to tell any more.
            Err(BackupProblem::Store(problem @ StoreProblem::Closed)) => Err(problem.into()),
            Err(problem) => {
                tracing::error!(%problem, "no backup could be made; it is tried again in ten minutes");
                self.note_failure(now, problem.to_string()).await?;
                Ok(NextTurn::At(now + AGAIN.min(self.settings.every)))
            }
        }
    }
}

impl BackupKeeper {
    /// Notes that it failed, and tells it when it is the first time.
    async fn note_failure(&self, now: DateTime<Utc>, why: String) -> Result<(), StoreProblem> {
        let known = self.context.store.failed_backup()?;
        let failed = FailedBackup { since: known.as_ref().map_or(now, |known| known.since), why };
        if known.as_ref() == Some(&failed) {
            return Ok(());
        }
        let message = known.is_none().then(|| {
            let folder = self.settings.folder.display().to_string();
            (format!("backup/failed/{}", now.timestamp()), messages::backup::failed(&folder, &failed.why))
        });
        self.note(Some(failed), message).await
    }

    /// Notes that it did not fail, and tells it when it had.
    async fn note_success(&self, file: &std::path::Path) -> Result<(), StoreProblem> {
        let Some(known) = self.context.store.failed_backup()? else { return Ok(()) };
        let message = messages::backup::again(&file.display().to_string());
        self.note(None, Some((format!("backup/again/{}", known.since.timestamp()), message))).await
    }

    async fn note(&self, failed: Option<FailedBackup>, message: Option<(String, Message)>) -> Result<(), StoreProblem> {
        let (context, places) = (self.context.clone(), self.context.incident_places());
        let places: Vec<Place> = places.into_iter().collect();
        let write = move |writing: &mut Writing| {
            writing.put_failed_backup(failed.as_ref())?;
            let Some((key, message)) = message else { return Ok(()) };
            journal::post_everywhere(&context, writing, &key, &places, Target::Channel, &message)
        };
        self.context.write(write).await
    }
}

/// What became of a look at the folder.
enum NextBackup {
    /// None is due before then.
    Due(DateTime<Utc>),
    /// It was due, and was made here.
    Made(PathBuf),
}

fn made_when_due(store: &Store, settings: &BackupSettings, now: DateTime<Utc>) -> Result<NextBackup, BackupProblem> {
    // Where that cannot be done, no backup can be made either, which is told when one is due.
    let _ = folder::remove_unfinished(&settings.folder);
    let due = folder::last(&settings.folder, now).map(|last| last + settings.every);
    due.filter(|due| *due > now)
        .map_or_else(|| make(store, settings, now).map(NextBackup::Made), |due| Ok(NextBackup::Due(due)))
}

fn make(store: &Store, settings: &BackupSettings, now: DateTime<Utc>) -> Result<PathBuf, BackupProblem> {
    let refused = |problem: std::io::Error| BackupProblem::of_file(&settings.folder.display().to_string(), &problem);
    folder::make(&settings.folder).map_err(refused)?;
    let place = folder::place(&settings.folder, now);
    file::write_whole(&place, |out| store.back_up(now, out).map(drop))?;
    folder::keep_only(&settings.folder, settings.keep, now).map_err(refused)?;
    Ok(place)
}
