//! Drives every open release: next, look, act, record. Whatever happens only wakes it; booting is one more wake-up.

mod act;
mod authors;
mod clean_up;
mod drive;
mod pick;
mod record;
mod reviews;
mod scene;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use self::drive::Driver;
use crate::{
    context::Context,
    domain::release::{Release, ReleaseId},
    store::StoreProblem,
    work::Waker,
};

/// Drives releases, one task each: as many as are open. Cloning gives another handle.
#[derive(Clone)]
pub struct Runner {
    context: Context,
    drivers: Arc<Mutex<HashMap<ReleaseId, Waker>>>,
}

impl Runner {
    /// A runner that drives nothing yet.
    pub fn new(context: Context) -> Self {
        Self { context, drivers: Arc::default() }
    }

    /// Wakes every open release, and those of which something is still to be removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wake_all(&self) -> Result<(), StoreProblem> {
        for id in self.context.store.open_ids()?.into_iter().chain(self.context.store.to_clean_up()?) {
            self.wake(id);
        }
        Ok(())
    }

    /// The open releases of every project that lives in this repository.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of_repository(&self, repository: &str) -> Result<Vec<Arc<Release>>, StoreProblem> {
        let mut open = self.context.store.open_releases()?;
        open.retain(|release| {
            let project = self.context.projects.get(&release.spec.project);
            project.is_some_and(|(project, _)| project.repository.eq_ignore_ascii_case(repository))
        });
        Ok(open)
    }

    /// Wakes the open releases of a project.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn wake_project(&self, project: &str) -> Result<(), StoreProblem> {
        for release in self.context.store.open_releases()?.iter().filter(|release| release.spec.project == project) {
            self.wake(release.spec.id);
        }
        Ok(())
    }

    /// Wakes one release: it looks at what it waits for.
    pub fn wake(&self, id: ReleaseId) {
        let busy = self.context.quiet.busy();
        let mut drivers = self.drivers();
        if let Some(driver) = drivers.get(&id) {
            return driver.wake(busy);
        }
        let (waker, runner) = (Waker::default(), self.clone());
        drivers.insert(id, waker.clone());
        let make = {
            let waker = waker.clone();
            move || Driver::new(runner.clone(), id, waker.clone())
        };
        drop(self.context.keep(format!("the driver of release {}", id.0), &waker, busy, make));
    }

    /// How many releases are driven now.
    fn driven(&self) -> usize {
        self.drivers().len()
    }

    /// Ends a driver, unless it has been woken meanwhile; whether it has ended.
    fn end(&self, id: ReleaseId, waker: &Waker) -> bool {
        let mut drivers = self.drivers();
        let ends = !waker.is_woken();
        if ends {
            drivers.remove(&id);
        }
        ends
    }

    fn drivers(&self) -> MutexGuard<'_, HashMap<ReleaseId, Waker>> {
        self.drivers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_others(&self, id: ReleaseId) -> Result<(), StoreProblem> {
        let Some(release) = self.context.store.shared(id)? else { return Ok(()) };
        for other in self.context.store.open_releases()? {
            if other.spec.project == release.spec.project && other.spec.id != id {
                self.wake(other.spec.id);
            }
        }
        Ok(())
    }
}
