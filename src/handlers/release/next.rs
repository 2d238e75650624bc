//! `/release next`: the version that would come next, and what would be in it.

use commands::ReleaseNext;

use crate::{
    domain::{message::Message, playbook::Playbook, release::ReleaseKind, team::project::Project},
    engine::{
        begin::{self, Wanted},
        steps,
    },
    github::Repository,
    handlers::{Asked, Refusal, prepare::bump},
    messages::releases,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn next(&self, asked: ReleaseNext) -> Result<Message, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let repository = &repository.for_a_question();
        let path = &playbook.release;
        let wanted = self.wanted(project, repository, playbook);
        let wanted = Wanted { bump: asked.bump.map_or(path.bump, bump), ..wanted };
        let (found, next, range) = begin::coming(self.context, &wanted).await?;
        let notes = steps::notes::read((project, repository), &self.context.people, &range).await?;
        let source = if range.to == found.source_commit { &path.source } else { &range.to };
        Ok(releases::next_version(&project.name, (found.current.as_ref(), &next), (source, &range), &notes))
    }

    /// The next release of a project, as it would be asked for now.
    pub(in crate::handlers) fn wanted<'a>(
        &self,
        project: &'a Project,
        repository: &'a Repository,
        playbook: &'a Playbook,
    ) -> Wanted<'a> {
        let path = &playbook.release;
        Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: path.source.clone(),
            version: None,
            bump: path.bump,
            kind: ReleaseKind::Regular,
            waive: None,
            adopt: None,
            requester: String::new(),
            start: self.context.clock.now(),
        }
    }
}
