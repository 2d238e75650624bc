//! Drives every open release: next, look, act, record. Whatever happens only wakes it; booting is one more wake-up.

mod drive;
mod pick;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::mpsc;

use crate::{desk::Desk, domain::release::ReleaseId, quiet::Busy, store::StoreProblem};

/// Drives releases, one task each. Cloning gives another handle.
#[derive(Clone)]
pub struct Runner {
    desk: Desk,
    drivers: Arc<Mutex<HashMap<ReleaseId, mpsc::UnboundedSender<Busy>>>>,
}

impl Runner {
    /// A runner that drives nothing yet.
    pub fn new(desk: Desk) -> Self {
        Self { desk, drivers: Arc::default() }
    }

    /// Wakes every open release.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wake_all(&self) -> Result<(), StoreProblem> {
        for release in self.desk.store.open_releases()? {
            self.wake(release.brief.id);
        }
        Ok(())
    }

    /// Wakes the open releases of every project that lives in this repository.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wake_repository(&self, repository: &str) -> Result<(), StoreProblem> {
        for release in self.desk.store.open_releases()? {
            let project = self.desk.projects.get(&release.brief.project);
            if project.is_some_and(|(project, _)| project.repository.eq_ignore_ascii_case(repository)) {
                self.wake(release.brief.id);
            }
        }
        Ok(())
    }

    /// Wakes the open releases of a project.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wake_project(&self, project: &str) -> Result<(), StoreProblem> {
        for release in self.desk.store.open_releases()?.iter().filter(|release| release.brief.project == project) {
            self.wake(release.brief.id);
        }
        Ok(())
    }

    /// Wakes one release: it looks at what it waits for.
    pub fn wake(&self, id: ReleaseId) {
        let busy = self.desk.quiet.busy();
        let mut drivers = self.drivers.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = match drivers.get(&id).map(|driver| driver.send(busy)) {
            Some(Ok(())) => return,
            Some(Err(unheard)) => unheard.0,
            None => self.desk.quiet.busy(),
        };
        let (waker, wakes) = mpsc::unbounded_channel();
        // The receiver is in hand, so this cannot fail.
        let _ = waker.send(busy);
        drivers.insert(id, waker);
        let (desk, drivers, runner) = (self.desk.clone(), self.drivers.clone(), self.clone());
        tokio::spawn(async move {
            match drive::drive(&desk, id, wakes).await {
                Ok(()) => {}
                // The bot is stopping; the next start goes on.
                Err(StoreProblem::Closed) => return,
                Err(problem) => {
                    tracing::error!(release = id.0, %problem, "a release is not driven any more until the next start");
                }
            }
            drivers.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            // The end of one release may let others of its project go on.
            if let Err(problem) = runner.wake_others(id) {
                tracing::error!(%problem, "other releases could not be woken");
            }
        });
    }

    fn wake_others(&self, id: ReleaseId) -> Result<(), StoreProblem> {
        let Some(release) = self.desk.store.release(id)? else { return Ok(()) };
        for other in self.desk.store.open_releases()? {
            if other.brief.project == release.brief.project && other.brief.id != id {
                self.wake(other.brief.id);
            }
        }
        Ok(())
    }
}
