//! `/freeze`: what its commands share.

mod exempt;
mod exemption;
mod fixes;
mod grant;
mod lift;
mod refuse;
mod start;
mod status;

use crate::{
    domain::{freeze::Freeze, release::ReleaseId},
    handlers::Asked,
    store::{StoreProblem, Writing},
};

impl Asked<'_> {
    pub(super) fn active(&self, project: Option<&str>) -> Result<Vec<Freeze>, StoreProblem> {
        let now = self.context.clock.now();
        let fits = |freeze: &Freeze| match project {
            Some(project) => freeze.closes(project, now),
            None => freeze.is_active(now),
        };
        Ok(self.context.store.freezes()?.into_iter().filter(fits).collect())
    }
}

pub(super) fn open(writing: &Writing) -> Result<Vec<ReleaseId>, StoreProblem> {
    Ok(writing.open_releases()?.into_iter().map(|release| release.spec.id).collect())
}
