//! `/release notes`: what is in a release, for those who read it.

use std::sync::Arc;

use commands::ReleaseNotes;

use crate::{
    domain::{
        message::{Message, Tone},
        release::{Ending, Release},
    },
    engine::steps,
    handlers::{Asked, Refusal},
    messages::{
        notes::{Readership, with_reading},
        releases,
    },
};

/// How many lines of the notes one reading shows.
const READ: usize = 40;

impl Asked<'_> {
    pub(in crate::handlers) async fn notes(&self, asked: ReleaseNotes) -> Result<Message, Refusal> {
        let release = match self.release(asked.project.as_ref(), asked.version.as_ref()) {
            Err(Refusal::Refused(_)) if asked.version.is_none() => self.latest(asked.project.as_ref())?,
            found => found?,
        };
        let (project, repository) = self
            .context
            .projects
            .get(&release.spec.project)
            .ok_or_else(|| format!("bot.toml names no project {} any more.", release.spec.project))?;
        let repository = &repository.for_a_question();
        let notes = steps::notes::read((project, repository), &self.context.people, &release.range()).await?;
        Ok(match asked.reading.map(reading) {
            None => releases::notes(&release, &notes),
            Some(reading) => {
                let title = format!("Notes of {}", release.name());
                with_reading(Message::new(Tone::Plain, title), &notes, reading, READ)
            }
        })
    }

    /// The newest release that went to production, when none is open.
    fn latest(&self, project: Option<&commands::ProjectName>) -> Result<Arc<Release>, Refusal> {
        let fits = |release: &Arc<Release>| {
            release.ending() == Some(Ending::Released)
                && project.is_none_or(|name| release.spec.project == name.as_str())
        };
        let found = self.context.store.latest_releases(50)?.into_iter().rev().find(fits);
        found.ok_or_else(|| {
            Refusal::Refused("There is no release yet. /release next shows what would be in one.".into())
        })
    }
}

fn reading(reading: commands::Reading) -> Readership {
    match reading {
        commands::Reading::Developers => Readership::Developers,
        commands::Reading::Qa => Readership::Qa,
        commands::Reading::Stakeholders => Readership::Stakeholders,
    }
}
