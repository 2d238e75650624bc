//! `/release next`: the version that would come next, and what would be in it.

use commands::ReleaseNext;

use crate::{
    domain::message::Message,
    engine::{begin, steps},
    handlers::{Asked, Refusal},
    messages::releases,
};

impl Asked<'_> {
    pub(in crate::handlers) async fn next(&self, asked: ReleaseNext) -> Result<Message, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let source = &playbook.release.source;
        let runs = begin::in_production(self.context, &project.name, playbook).await?;
        let found = begin::look(repository, playbook, source, runs).await?;
        let bump = asked.bump.map_or(playbook.release.bump, |bump| match bump {
            commands::Bump::Major => crate::domain::version::Bump::Major,
            commands::Bump::Minor => crate::domain::version::Bump::Minor,
            commands::Bump::Patch => crate::domain::version::Bump::Patch,
        });
        let tag = found.since(playbook);
        let notes =
            match steps::notes::read(repository, &self.context.people, tag.as_deref(), &found.source_commit).await {
                Err(crate::github::problem::GithubProblem::NotFound(_)) => {
                    crate::domain::release::changelog::Notes::default()
                }
                notes => notes?,
            };
        let mut open = self.context.store.open_releases()?;
        open.retain(|open| open.spec.project == project.name);
        let next = begin::follows(self.context, playbook, found.last(playbook, &open).as_ref(), bump)?;
        Ok(releases::next_version(&project.name, found.current.as_ref(), &next, source, &notes))
    }
}
