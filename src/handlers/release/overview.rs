//! `/release` alone: what can be done next.

use std::sync::Arc;

use commands::{Permission, ReleaseOverview};

use crate::{
    domain::{message::Message, release::Release},
    handlers::{Asked, Refusal},
    messages::{card::in_short, overview},
};

impl Asked<'_> {
    pub(in crate::handlers) fn overview(&self, asked: ReleaseOverview) -> Result<Message, Refusal> {
        let (project, _, _) = self.project(asked.project.as_ref())?;
        let mut open = self.context.store.open_releases()?;
        open.retain(|release| release.spec.project == project.name);
        if open.is_empty() {
            return Ok(overview::none(&project.name, self.authorise(Permission::Release).is_ok()));
        }
        let now = self.context.clock.now();
        let shown = |release: &Arc<Release>| {
            let surroundings = self.context.surroundings(release)?;
            Ok(in_short(release, &surroundings, &self.context.people, now))
        };
        let cards: Vec<Message> = open.iter().map(shown).collect::<Result<_, Refusal>>()?;
        let releases: Vec<(&Release, Message)> = open.iter().map(AsRef::as_ref).zip(cards).collect();
        Ok(overview::open(&project.name, &releases))
    }
}
