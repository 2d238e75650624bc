//! `/release list`: open releases, and the latest that are over.

use std::{collections::BTreeSet, sync::Arc};

use commands::ReleaseList;

use crate::{
    domain::{
        message::{Block, Line, Message},
        release::{Release, ReleaseId},
    },
    handlers::{Asked, Refusal},
    messages::{glass, releases},
};

/// How many releases a list shows.
const LISTED: usize = 15;

impl Asked<'_> {
    pub(in crate::handlers) fn list(&self, asked: ReleaseList) -> Result<Message, Refusal> {
        if let Some(project) = &asked.project {
            self.project(Some(project))?;
        }
        let mut releases = self.context.store.latest_releases(LISTED)?;
        let listed: BTreeSet<ReleaseId> = releases.iter().map(|release| release.spec.id).collect();
        let mut open = self.context.store.open_releases()?;
        open.retain(|release| !listed.contains(&release.spec.id));
        open.reverse();
        releases.splice(..0, open);
        releases.retain(|release| asked.project.as_ref().is_none_or(|name| release.spec.project == name.as_str()));
        let scenery = self.context.scenery(&self.context.store, self.context.clock.now())?;
        let with_around = |release: Arc<Release>| {
            let around = scenery.around(&release)?;
            Ok((release, around))
        };
        let releases: Vec<_> = releases.into_iter().map(with_around).collect::<Result<_, Refusal>>()?;
        let all = self.context.store.releases_to_review()?.into_iter();
        let named =
            |release: &Arc<Release>| asked.project.as_ref().is_none_or(|name| release.spec.project == name.as_str());
        let lines = all.filter(named).flat_map(|release| {
            release.to_review().iter().map(|glass| glass::in_short(&release, glass)).collect::<Vec<_>>()
        });
        let (lines, list): (Vec<Line>, _) =
            (lines.collect(), releases::list(&releases, &self.context.people, self.context.clock.now()));
        if lines.is_empty() {
            return Ok(list);
        }
        Ok(list.block(Block::Heading("To review".into())).block(Block::List(lines)))
    }
}
