//! `/release list`: open releases, and the latest that are over.

use commands::ReleaseList;

use crate::{
    domain::{
        message::{Block, Line, Message},
        release::Release,
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
        for open in self.context.store.open_releases()? {
            if !releases.iter().any(|release| release.spec.id == open.spec.id) {
                releases.insert(0, open);
            }
        }
        releases.retain(|release| asked.project.as_ref().is_none_or(|name| release.spec.project == name.as_str()));
        let with_around = |release: Release| Ok((release.clone(), self.context.surroundings(&release)?));
        let releases: Vec<_> = releases.into_iter().map(with_around).collect::<Result<_, Refusal>>()?;
        let all = self.context.store.latest_releases(usize::MAX)?.into_iter();
        let named = |release: &Release| asked.project.as_ref().is_none_or(|name| release.spec.project == name.as_str());
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
