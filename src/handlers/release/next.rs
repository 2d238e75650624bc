//! `/release next`: the version that would come next, and what would be in it.

use commands::ReleaseNext;

use crate::{
    domain::{message::Message, release::ReleaseKind},
    engine::{
        begin::{self, Wanted},
        steps,
    },
    handlers::{Asked, Refusal, prepare::bump},
    messages::releases,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn next(&self, asked: ReleaseNext) -> Result<Message, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let repository = &repository.for_a_question();
        let path = &playbook.release;
        let wanted = Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: path.source.clone(),
            version: None,
            bump: asked.bump.map_or(path.bump, bump),
            kind: ReleaseKind::Regular,
            waive: None,
            requester: String::new(),
            start: self.context.clock.now(),
        };
        let (found, next, range) = begin::coming(self.context, &wanted).await?;
        let notes = steps::notes::read((project, repository), &self.context.people, &range).await?;
        let source = if range.to == found.source_commit { &path.source } else { &range.to };
        Ok(releases::next_version(&project.name, (found.current.as_ref(), &next), (source, &range), &notes))
    }
}
