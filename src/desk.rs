//! What every part of the bot has at hand: the store, the team, the playbooks, GitHub, the clock.

use std::{collections::BTreeMap, sync::Arc};

use chrono_tz::Tz;

use crate::{
    clock::Clock,
    domain::{
        agenda::Entry, holidays::Holidays, next::Around, people::People, playbook::Playbook, project::Project,
        release::Release,
    },
    github::Repository,
    messages,
    quiet::Quiet,
    store::{Store, StoreProblem, Writing},
};

/// What every part of the bot has at hand. Cloning gives another handle.
#[derive(Clone)]
pub struct Desk(Arc<Things>);

/// The things on the desk.
pub struct Things {
    /// What the bot remembers.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Everybody.
    pub people: Arc<People>,
    /// All projects by name, with their repositories.
    pub projects: BTreeMap<String, (Project, Repository)>,
    /// All playbooks by name.
    pub playbooks: BTreeMap<String, Playbook>,
    /// The team's zone.
    pub zone: Tz,
    /// What recurs in all projects.
    pub agenda: Vec<Entry>,
    /// The team's days off.
    pub holidays: Holidays,
    /// How often what is waited for outside is looked at when no webhook comes.
    pub poll: chrono::TimeDelta,
    /// Whether there is anything to do.
    pub quiet: Quiet,
    /// Whether there is anything to say; a part of `quiet`.
    pub saying: Quiet,
    /// Wakes those who deliver messages.
    pub outbox: tokio::sync::mpsc::UnboundedSender<crate::quiet::Busy>,
    /// Wakes whoever keeps the agenda, after somebody changed it.
    pub agenda_changed: tokio::sync::mpsc::UnboundedSender<crate::quiet::Busy>,
}

impl std::ops::Deref for Desk {
    type Target = Things;

    fn deref(&self) -> &Things {
        &self.0
    }
}

impl Desk {
    /// Puts the things on a desk.
    pub fn new(things: Things) -> Self {
        Self(Arc::new(things))
    }

    /// Writes to the store, then wakes whoever delivers what was posted.
    ///
    /// # Errors
    /// What `decide` says, or what the store says.
    pub async fn write<T, E>(&self, decide: impl FnOnce(&mut Writing) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreProblem> + Send + 'static,
    {
        let busy = self.saying.busy();
        let written = self.store.write(decide).await;
        // The receiver lives as long as the bot; after that nothing is delivered any more.
        let _ = self.outbox.send(busy);
        written
    }

    /// What goes on around a release.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn around(&self, release: &Release) -> Result<Around, StoreProblem> {
        let now = self.clock.now();
        let project = &release.brief.project;
        let mut others = self.store.open_releases()?.into_iter();
        let hotfix = others
            .find(|other| other.brief.project == *project && other.brief.id != release.brief.id && other.is_hotfix());
        let freeze = self.store.freezes()?.into_iter().find(|freeze| freeze.closes(project, now));
        Ok(Around {
            hotfix: hotfix.map(|hotfix| hotfix.brief.version),
            freeze: freeze.map(|freeze| messages::freeze::in_words(&freeze, self.zone)),
        })
    }
}
