//! The commands that only read: status, list, next, notes, why, whoami, help.

use commands::{Help, ReleaseList, ReleaseNext, ReleaseNotes, ReleaseStatus, Why};

use super::{Asked, Refusal};
use crate::{
    chat::incoming::Incoming,
    domain::{
        aside::Row,
        message::{Block, Message, Tone},
        release::{Ending, Release, plan::Step},
    },
    engine::{begin, steps},
    messages::{
        self,
        card::card,
        notes::{Readership, with_reading},
        releases,
        whereabouts::with_ids,
    },
};

/// How many lines of the notes one reading shows.
const READ: usize = 40;

/// How many releases a list shows.
const LISTED: usize = 15;

impl Asked<'_> {
    pub(super) fn status(&self, asked: ReleaseStatus) -> Result<Message, Refusal> {
        if let Some(answer) = self.nothing_open(asked.project.as_ref(), asked.version.is_some())? {
            return Ok(answer);
        }
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        let surroundings = self.context.surroundings(&release)?;
        Ok(card(&release, &surroundings, &self.context.people, self.context.clock.now()))
    }

    pub(super) fn list(&self, asked: ReleaseList) -> Result<Message, Refusal> {
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

    pub(super) async fn next(&self, asked: ReleaseNext) -> Result<Message, Refusal> {
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

    pub(super) async fn notes(&self, asked: ReleaseNotes) -> Result<Message, Refusal> {
        let release = match self.release(asked.project.as_ref(), asked.version.as_ref()) {
            Err(Refusal::Refused(_)) if asked.version.is_none() => self.latest(asked.project.as_ref())?,
            found => found?,
        };
        let (_, repository) = self
            .context
            .projects
            .get(&release.spec.project)
            .ok_or_else(|| format!("bot.toml names no project {} any more.", release.spec.project))?;
        let to = if release.state.tagged.is_some() { release.spec.tag.as_str() } else { release.head() };
        let notes =
            steps::notes::read(repository, &self.context.people, release.spec.previous_tag.as_deref(), to).await?;
        Ok(match asked.reading.map(reading) {
            None => releases::notes(&release, &notes),
            Some(reading) => {
                let title = format!("Notes of {}", release.name());
                with_reading(Message::new(Tone::Plain, title), &notes, reading, READ)
            }
        })
    }

    /// The newest release that went to production, when none is open.
    fn latest(&self, project: Option<&commands::ProjectName>) -> Result<Release, Refusal> {
        let fits = |release: &Release| {
            release.ending() == Some(Ending::Released)
                && project.is_none_or(|name| release.spec.project == name.as_str())
        };
        let found = self.context.store.latest_releases(50)?.into_iter().rev().find(fits);
        found.ok_or_else(|| {
            Refusal::Refused("There is no release yet. /release next shows what would be in one.".into())
        })
    }

    pub(super) fn why(&self, asked: Why) -> Result<Message, Refusal> {
        if let Some(answer) = self.nothing_open(asked.project.as_ref(), asked.version.is_some())? {
            return Ok(answer);
        }
        let release = self.release(asked.project.as_ref(), asked.version.as_ref())?;
        // What is set aside waits for nothing.
        if let Some(aside) = self.context.store.aside(&Row::Release(release.spec.id))? {
            return Ok(messages::aside::aside(&aside));
        }
        let surroundings = self.context.surroundings(&release)?;
        Ok(releases::why(&release, &surroundings, &self.context.people, self.context.clock.now()))
    }

    /// That nothing goes on is an answer, too.
    fn nothing_open(&self, project: Option<&commands::ProjectName>, named: bool) -> Result<Option<Message>, Refusal> {
        if let Some(project) = project {
            self.project(Some(project))?;
        }
        let mut open = self.context.store.open_releases()?.into_iter();
        let some = open.any(|release| project.is_none_or(|project| release.spec.project == project.as_str()));
        let nothing = || {
            Message::new(Tone::Plain, "No release is open")
                .text("/release list shows those that are over; /release prepare starts one.")
        };
        Ok((!named && !some).then(nothing))
    }

    pub(super) fn whoami(&self) -> Message {
        let Incoming { speaker, place, within, .. } = self.heard;
        let message = releases::whoami(self.known.as_ref(), &speaker.shown_as, &self.context.people);
        with_ids(message, &speaker.account, *place, *within)
    }

    pub(super) fn help(&self, asked: Help) -> Result<Message, Refusal> {
        let Some(about) = asked.command else {
            let lines = commands::help_lines().into_iter().map(Into::into).collect();
            return Ok(Message::new(Tone::Plain, "What you can say").block(Block::List(lines)));
        };
        let spec = commands::find(&about).map_err(|error| error.to_string())?;
        let lines = spec.explained().into_iter().skip(2).map(Into::into).collect();
        Ok(Message::new(Tone::Plain, spec.usage()).text(spec.help).block(Block::List(lines)))
    }
}

/// Whether the release waits at this step.
pub(super) fn is_gate(release: &Release, step: usize, gate: &str) -> bool {
    matches!(&release.spec.plan.steps[step].step, Step::SignOff(here) | Step::Pick { gate: here, .. } if here.name == gate)
}

fn reading(reading: commands::Reading) -> Readership {
    match reading {
        commands::Reading::Developers => Readership::Developers,
        commands::Reading::Qa => Readership::Qa,
        commands::Reading::Stakeholders => Readership::Stakeholders,
    }
}
