//! `/release prepare` and `/hotfix`: begin a release, or show what it would be.

use commands::{Hotfix, NewVersion, ReleasePrepare};

use super::{Asked, Refusal};
use crate::{
    begin::{self, CannotBegin, Wanted},
    domain::{
        playbook::Playbook,
        release::ReleaseKind,
        version::{Bump, Version},
    },
    messages, steps,
};

impl From<CannotBegin> for Refusal {
    fn from(why: CannotBegin) -> Self {
        match why {
            CannotBegin::Refused(sentence) => Self::Refused(sentence),
            CannotBegin::GitHub(problem) => problem.into(),
            CannotBegin::Store(problem) => problem.into(),
        }
    }
}

impl Asked<'_> {
    pub(super) async fn prepare(&self, asked: ReleasePrepare) -> Result<Option<super::Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.release;
        let wanted = Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: asked.source.map_or_else(|| path.source.clone(), |source| source.as_str().to_owned()),
            version: read_version(playbook, asked.version.as_ref())?,
            bump: asked.bump.map_or(path.bump, bump),
            kind: ReleaseKind::Regular,
            requester: self.who()?,
            start: self.desk.clock.now(),
        };
        self.begin(wanted, asked.dry_run).await
    }

    pub(super) async fn hotfix(&self, asked: Hotfix) -> Result<Option<super::Message>, Refusal> {
        let (project, repository, playbook) = self.project(asked.project.as_ref())?;
        let path = &playbook.hotfix;
        let wanted = Wanted {
            project: &project.name,
            repository,
            playbook,
            path,
            source: path.source.clone(),
            version: read_version(playbook, asked.version.as_ref())?,
            bump: path.bump,
            kind: ReleaseKind::Hotfix { description: asked.description.as_str().to_owned() },
            requester: self.who()?,
            start: self.desk.clock.now(),
        };
        self.begin(wanted, asked.dry_run).await
    }

    async fn begin(&self, wanted: Wanted<'_>, dry_run: bool) -> Result<Option<super::Message>, Refusal> {
        let brief = begin::begin(self.desk, &wanted).await?;
        if dry_run {
            let previous = brief.previous_tag.as_deref();
            let notes =
                steps::notes::read(wanted.repository, &self.desk.people, previous, &brief.source_commit).await?;
            return Ok(Some(messages::plan::dry_run(&brief, &notes.lines())));
        }
        let desk = self.desk.clone();
        self.decide(move |writing| {
            let brief = begin::create(&desk, writing, brief)?;
            let id = brief.id;
            Ok((messages::plan::started(&brief), vec![id]))
        })
        .await
    }
}

fn read_version(playbook: &Playbook, version: Option<&NewVersion>) -> Result<Option<Version>, Refusal> {
    Ok(version.map(|version| playbook.scheme.read(version.as_str())).transpose()?)
}

fn bump(bump: commands::Bump) -> Bump {
    match bump {
        commands::Bump::Major => Bump::Major,
        commands::Bump::Minor => Bump::Minor,
        commands::Bump::Patch => Bump::Patch,
    }
}
