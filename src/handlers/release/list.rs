//! `/release list`: open releases, and the latest that are over.

use commands::ReleaseList;

use crate::{
    domain::{message::Message, release::Release},
    handlers::{Asked, Refusal},
    messages::releases,
};

/// How many releases a list shows.
const LISTED: usize = 15;

impl Asked<'_> {
    pub(in crate::handlers) fn list(&self, asked: ReleaseList) -> Result<Message, Refusal> {
        if let Some(project) = &asked.project {
            self.project(Some(project))?;
        }
        let mut releases = self.context.store.latest_releases(LISTED)?;
        for open in self.context.store.open_releases()? {
            if !releases.iter().any(|release| release.spec.id == open.spec.id) {
                releases.insert(0, open);
            }
        }
        releases.retain(|release| asked.project.as_ref().is_none_or(|name| release.spec.project == name.as_str()));
        let with_around = |release: Release| Ok((release.clone(), self.context.surroundings(&release)?));
        let releases: Vec<_> = releases.into_iter().map(with_around).collect::<Result<_, Refusal>>()?;
        Ok(releases::list(&releases, &self.context.people, self.context.clock.now()))
    }
}
