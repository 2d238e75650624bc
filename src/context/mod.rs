//! What every part of the bot has at hand: the store, the team, the playbooks, GitHub, the clock.

mod aside;
mod pinged;
mod repository_ids;
mod surroundings;
mod tasks;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use repository_ids::RepositoryIds;

use crate::{
    clock::Clock,
    domain::{
        freeze::{
            Freeze,
            rule::Rules,
            verdict::{Act, Asking, Verdict, verdict},
        },
        message::route::Route,
        playbook::Playbook,
        release::Release,
        team::{
            here::Here,
            people::{People, Permission},
            project::Project,
        },
        time::{agenda::Entry, holidays::Holidays},
    },
    flags::Flags,
    github::Repository,
    store::{Store, StoreProblem, Tree, Writing},
    work::{Health, Quiet, Services, Waker},
};

/// What every part of the bot has at hand. Cloning gives another handle.
#[derive(Clone)]
pub struct Context(Arc<Handles>);

/// The handles that the context holds.
pub struct Handles {
    /// What the bot remembers.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Everybody.
    pub people: Arc<People>,
    /// Where the bot is at home.
    pub here: Here,
    /// All projects by name, with their repositories.
    pub projects: BTreeMap<String, (Project, Repository)>,
    /// All playbooks by name.
    pub playbooks: BTreeMap<String, Playbook>,
    /// What closes by the calendar.
    pub rules: Rules,
    /// The team's zone.
    pub zone: Tz,
    /// What recurs in all projects.
    pub agenda: Vec<Entry>,
    /// The team's days off.
    pub holidays: Arc<Holidays>,
    /// How often what is waited for outside is looked at when no webhook comes.
    pub poll: chrono::TimeDelta,
    /// Whether there is anything to do.
    pub quiet: Quiet,
    /// Whether there is anything to say; a part of `quiet`.
    pub saying: Quiet,
    /// Wakes those who deliver messages.
    pub outbox: Waker,
    /// Wakes those who keep freezes, whenever a freeze or an exemption has changed.
    pub freezes: Waker,
    /// Wakes whoever forgets questions, whenever one is asked.
    pub questions: Waker,
    /// The feature flags, if somebody keeps them.
    pub flags: Option<Flags>,
    /// Wakes whoever switches flags.
    pub switches: Waker,
    /// Where deploys and alerts are told, as the configuration says.
    pub routes: Vec<Route>,
    /// Who is called when nobody looks at what went wrong.
    pub escalate_roles: Vec<String>,
    /// Wakes those who look suspects up, and those who call others to what nobody looks at.
    pub matters: [Waker; 2],
    /// Wakes whoever keeps the agenda, after somebody changed it.
    pub agenda_changed: Waker,
    /// Wakes the look at the repositories and at what releases rest on there.
    pub gone: Waker,
    /// Under which ids the repositories are known.
    pub repository_ids: RepositoryIds,
    /// Which parts are down.
    pub health: Health,
    /// How the services are that the bot speaks with.
    pub services: Services,
}

impl std::ops::Deref for Context {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

impl Context {
    /// Makes a context of its handles.
    pub fn new(things: Handles) -> Self {
        Self(Arc::new(things))
    }

    /// Writes to the store, then wakes whoever delivers what was posted, and whoever keeps the freezes if those changed, or what
    /// of a release's own may be merged.
    ///
    /// # Errors
    /// What `decide` says, or what the store says.
    pub async fn write<T, E>(&self, decide: impl FnOnce(&mut Writing) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreProblem> + Send + 'static,
    {
        let busy = self.saying.busy();
        let changed = Arc::new((AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false)));
        let note = changed.clone();
        let deciding = move |writing: &mut Writing| {
            let decided = decide(writing);
            let freezes = writing.has_changed(&[Tree::Freezes, Tree::Exemptions]) || writing.has_noted_merges();
            note.0.store(freezes, Ordering::Relaxed);
            note.1.store(writing.has_marked_matters(), Ordering::Relaxed);
            note.2.store(writing.has_asked(), Ordering::Relaxed);
            decided
        };
        let written = self.store.write(deciding).await;
        if written.is_ok() && changed.0.load(Ordering::Relaxed) {
            self.freezes.wake(self.quiet.busy());
        }
        if written.is_ok() && changed.1.load(Ordering::Relaxed) {
            for wake in &self.matters {
                wake.wake(self.quiet.busy());
            }
        }
        if written.is_ok() && changed.2.load(Ordering::Relaxed) {
            self.questions.wake(self.quiet.busy());
        }
        self.outbox.wake(busy);
        written
    }

    /// Under which id a chat of Telegram's is reached: a group that became a supergroup has another one.
    pub fn reached_as(&self, chat: i64) -> i64 {
        match self.store.moved_group(chat) {
            Ok(moved) => moved.map_or(chat, |moved| moved.to),
            Err(problem) => {
                tracing::error!(%problem, "whether a group has another id is not known");
                chat
            }
        }
    }

    /// Wakes whoever switches flags.
    pub fn switch(&self) {
        self.switches.wake(self.quiet.busy());
    }

    /// Whether something may be done in a project now, by a release or by anybody.
    pub fn verdict(
        &self,
        freezes: &[Freeze],
        project: &str,
        act: Act<'_>,
        release: Option<&Release>,
        now: DateTime<Utc>,
    ) -> Verdict {
        let lines = self.lines(project);
        let (id, hotfix) = release.map_or((None, false), |release| (Some(release.spec.id), release.is_hotfix()));
        verdict(&self.rules.with(freezes), &Asking { project, lines: &lines, act, release: id, hotfix }, now)
    }

    /// The freezes that close a branch to ordinary merges at a moment: those of any project in the repository.
    pub fn closing(&self, freezes: &[Freeze], project: &str, branch: &str, now: DateTime<Utc>) -> Vec<Freeze> {
        let Some((project, _)) = self.projects.get(project) else { return vec![] };
        let here = |other: &&Project| other.repository.eq_ignore_ascii_case(&project.repository);
        let mut closing: Vec<Freeze> = vec![];
        for other in self.projects.values().map(|(other, _)| other).filter(here) {
            let verdict = self.verdict(freezes, &other.name, Act::Merge { branch }, None, now);
            closing.extend(verdict.freezes().cloned());
        }
        closing
    }

    /// The branches that a project's playbook works on, the one that production runs first.
    pub fn lines(&self, project: &str) -> Vec<String> {
        let project = self.projects.get(project);
        let Some(playbook) = project.and_then(|(project, _)| self.playbooks.get(&project.playbook)) else {
            return vec![];
        };
        let mut lines = vec![playbook.production.clone()];
        if playbook.development != playbook.production {
            lines.push(playbook.development.clone());
        }
        lines
    }

    /// A project's environments in the order in which a release comes to them; those that no release comes to go first.
    pub fn environments(&self, project: &str) -> Vec<String> {
        let Some((project, _)) = self.projects.get(project) else { return vec![] };
        let path = self.playbooks.get(&project.playbook).map(Playbook::environments).unwrap_or_default();
        let others = project.environments.keys().filter(|name| !path.contains(name));
        others.cloned().chain(path.iter().cloned()).collect()
    }

    /// The environments of which a project says that they are production.
    pub fn said_to_be_production(&self, project: &str) -> Vec<String> {
        self.projects.get(project).map(|(project, _)| project.said_to_be_production()).unwrap_or_default()
    }

    /// A project's production: where users meet what its releases and hotfixes bring.
    pub fn production(&self, project: &str) -> Vec<String> {
        let Some((project, _)) = self.projects.get(project) else { return vec![] };
        let said = project.said_to_be_production();
        self.playbooks.get(&project.playbook).map(|playbook| playbook.production(&said)).unwrap_or(said)
    }

    /// Those who can do something about production.
    pub fn on_call(&self) -> Vec<String> {
        self.people.holding(&self.people.roles_with(Permission::Hotfix))
    }

    /// The people who may grant exemptions from a freeze.
    pub fn may_exempt(&self) -> Vec<String> {
        self.people.holding(&self.people.roles_with(Permission::Exempt))
    }
}
