//! What every part of the bot has at hand: the store, the team, the playbooks, GitHub, the clock.

mod aside;
mod pinged;
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

use crate::{
    clock::Clock,
    domain::{
        deploy::{environment::EnvironmentStatus, report::Deploy},
        freeze::{
            Freeze,
            rule::Rules,
            verdict::{Act, Asking, Verdict, verdict},
        },
        message::route::Route,
        playbook::Playbook,
        release::{
            Release,
            fact::Outcome,
            next::{Surroundings, goes_to_production},
            plan::{PlannedStep, PullRequestName, Settling, Step},
            rollout::Phase,
            undone::runs_in_production,
        },
        team::{
            here::Here,
            people::{People, Permission},
            project::Project,
        },
        time::{agenda::Entry, holidays::Holidays},
    },
    flags::Flags,
    github::Repository,
    messages,
    store::{Store, StoreProblem, Tree, Writing},
    work::{Health, Quiet, Waker},
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
    pub holidays: Holidays,
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
    /// Which parts are down.
    pub health: Health,
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

    /// Writes to the store, then wakes whoever delivers what was posted, and whoever keeps the freezes if those changed.
    ///
    /// # Errors
    /// What `decide` says, or what the store says.
    pub async fn write<T, E>(&self, decide: impl FnOnce(&mut Writing) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreProblem> + Send + 'static,
    {
        let busy = self.saying.busy();
        let changed = Arc::new((AtomicBool::new(false), AtomicBool::new(false)));
        let note = changed.clone();
        let deciding = move |writing: &mut Writing| {
            let decided = decide(writing);
            note.0.store(writing.has_changed(&[Tree::Freezes, Tree::Exemptions]), Ordering::Relaxed);
            note.1.store(writing.has_marked_matters(), Ordering::Relaxed);
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
        self.outbox.wake(busy);
        written
    }

    /// Wakes whoever switches flags.
    pub fn switch(&self) {
        self.switches.wake(self.quiet.busy());
    }

    /// What goes on around a release.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn surroundings(&self, release: &Release) -> Result<Surroundings, StoreProblem> {
        self.surroundings_at(release, self.clock.now())
    }

    /// What goes on around a release, with what is closed at a moment: as far as that is known by now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn surroundings_at(&self, release: &Release, now: DateTime<Utc>) -> Result<Surroundings, StoreProblem> {
        let project = &release.spec.project;
        let mut others = self.store.open_releases()?.into_iter();
        let standings: BTreeMap<_, _> = self.store.standings(project)?.into_iter().collect();
        let first = |other: &Release| {
            let id = other.spec.id;
            let waived = id == release.spec.id || release.state.waived.contains(&id);
            other.is_hotfix() && !waived && !runs_in_production(other, &standings)
        };
        let hotfix = others.find(|other| other.spec.project == *project && first(other));
        let (freezes, exemptions) = (self.store.freezes()?, self.store.exemptions()?);
        let closed = |act: Act<'_>| {
            let verdict = self.verdict(&freezes, project, act, Some(release), now);
            (!verdict.is_open()).then(|| messages::freeze::closed(&verdict, &self.may_exempt(), self.zone))
        };
        let into = release.spec.plan.steps.iter().find_map(|planned| {
            let Step::PullRequest { name: PullRequestName::Backport, base, .. } = &planned.step else { return None };
            Some(base)
        });
        let is_over = |index: usize| release.state.steps[index].is_over();
        let deploy = |(index, planned): (usize, &PlannedStep)| {
            let environment = planned.step.deploys_to()?;
            let production = goes_to_production(release, index);
            let closed = || closed(Act::Deploy { environment, production });
            (!is_over(index)).then(closed).flatten().map(|why| (index, why))
        };
        let lines = self.lines(project);
        let merge = |(index, planned): (usize, &PlannedStep)| {
            let Step::Merge { branch, .. } = &planned.step else { return None };
            let open = lines.contains(branch) && !is_over(index);
            open.then(|| closed(Act::Merge { branch })).flatten().map(|why| (index, why))
        };
        if release.is_roll_back() {
            // What is broken is taken back in any case.
            return Ok(Surroundings { standings, reports: self.reports(release)?, ..Surroundings::default() });
        }
        let held = |(environment, standing): (&String, &EnvironmentStatus)| {
            let hold = standing.hold.as_ref()?;
            let project = (self.projects.len() > 1).then_some(project.as_str());
            Some((environment.clone(), messages::environment::held(project, environment, hold, self.zone)))
        };
        // Leave for the release's own pull request is leave for its merge.
        let production = &release.spec.production;
        let pull_request = release.state.pull_requests.get(&PullRequestName::Release);
        let exempted = pull_request.is_some_and(|(number, _)| {
            let exemptions = exemptions.iter().filter(|one| one.project == *project);
            exemptions.into_iter().any(|one| one.lets_pass(*number, release.head(), production, now))
        });
        let freeze = if exempted { None } else { closed(Act::Merge { branch: production }) };
        let id = release.spec.id;
        Ok(Surroundings {
            freezing: freezes.iter().any(|freeze| freeze.release == Some(id) && freeze.is_active(now)),
            debts: self.store.debts(project)?,
            merges: release.spec.plan.steps.iter().enumerate().filter_map(merge).collect(),
            hotfix: hotfix.map(|hotfix| hotfix.spec.version),
            holds: standings.iter().filter_map(held).collect(),
            freeze,
            stories: release.spec.plan.picking().and_then(|picking| closed(Act::Merge { branch: picking.into })),
            back_merge: into.and_then(|branch| closed(Act::Merge { branch })),
            deploys: release.spec.plan.steps.iter().enumerate().filter_map(deploy).collect(),
            signals: self.signals(release)?,
            reports: self.reports(release)?,
            standings,
        })
    }

    /// What CD last reported of what a release waits for, by the step that waits.
    fn reports(&self, release: &Release) -> Result<BTreeMap<usize, Deploy>, StoreProblem> {
        let (plan, state, mut found) = (&release.spec.plan, &release.state, BTreeMap::new());
        for (index, planned) in plan.steps.iter().enumerate() {
            let (Some(environment), rollout) = (plan.environment_of(index), &state.steps[index].rollout) else {
                continue;
            };
            let rolling_back = release.phase(index) == Phase::RollingBack;
            let asked = if rolling_back { &rollout.back } else { &rollout.asked };
            let expected = asked.as_ref().filter(|_| release.watches(index) && planned.step.settling().is_some());
            let Some(Outcome::Expected { build }) = expected.map(|asked| &asked.made) else { continue };
            found
                .extend(self.store.report_of(&release.spec.project, environment, build)?.map(|report| (index, report)));
        }
        Ok(found)
    }

    /// What speaks against a release, by the step that watches: what began since it first came to the environment.
    fn signals(&self, release: &Release) -> Result<BTreeMap<usize, String>, StoreProblem> {
        let (plan, state) = (&release.spec.plan, &release.state);
        let mut found = BTreeMap::new();
        for (index, planned) in plan.steps.iter().enumerate() {
            let Some(Settling { environment, watch: Some(_), .. }) = planned.step.settling() else { continue };
            let came = |(asking, asked): (usize, &PlannedStep)| {
                let here = asked.step.deploys_to() == Some(environment);
                state.steps[asking].rollout.asked.as_ref().filter(|_| here).map(|asked| asked.at)
            };
            let Some(since) = plan.steps.iter().enumerate().filter_map(came).min() else { continue };
            let signals = self.store.signals(&release.spec.project)?.into_iter();
            let against = signals.filter(|signal| signal.at >= since && signal.is_against(environment, since));
            found.extend(against.min_by_key(|signal| signal.at).map(|signal| (index, signal.what)));
        }
        Ok(found)
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

    /// Those who can do something about production.
    pub fn on_call(&self) -> Vec<String> {
        self.people.holding(&self.people.roles_with(Permission::Hotfix))
    }

    /// The people who may grant exemptions from a freeze.
    pub fn may_exempt(&self) -> Vec<String> {
        self.people.holding(&self.people.roles_with(Permission::Exempt))
    }
}
