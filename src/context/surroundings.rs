//! What goes on around a release: what closes, holds and precedes it, and what is reported of what it waits for.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use chrono::{DateTime, Utc};

use super::Context;
use crate::{
    domain::{
        deploy::{ledger::Ledger, report::Deploy, signal::Signal},
        freeze::{Freeze, exemption::Exemption, verdict::Act},
        release::{
            Release, ReleaseKind,
            backport::MissingBackport,
            barrier::Holding,
            fact::Outcome,
            next::Surroundings,
            plan::{By, PlannedStep, PullRequestName, Settling, Step},
            rollout::Phase,
            undone::runs_in_production,
        },
        time::quiet::QuietTimes,
    },
    store::{StoreProblem, View},
};

/// What goes on around all releases, seen from one place at one moment: read once, however many are looked at.
pub struct Scenery<'a> {
    context: &'a Context,
    view: &'a dyn View,
    now: DateTime<Utc>,
    freezes: Vec<Freeze>,
    exemptions: Vec<Exemption>,
    hotfixes: Vec<Arc<Release>>,
    projects: RefCell<BTreeMap<String, Rc<ProjectScenery>>>,
}

/// What goes on in one project.
struct ProjectScenery {
    ledgers: Arc<BTreeMap<String, Ledger>>,
    debts: Vec<MissingBackport>,
    lines: Vec<String>,
}

impl Context {
    /// What goes on around a release.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn surroundings(&self, release: &Release) -> Result<Surroundings, StoreProblem> {
        self.surroundings_in(&self.store, release, self.clock.now())
    }

    /// The same as it is seen from one place, with what is closed at a moment: as far as that is known by now. A decision
    /// looks from its own write, so that of two that are written together the second knows of the first.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn surroundings_in(
        &self,
        view: &dyn View,
        release: &Release,
        now: DateTime<Utc>,
    ) -> Result<Surroundings, StoreProblem> {
        self.scenery(view, now)?.around(release)
    }

    /// What goes on around all releases, to look at several of them.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn scenery<'a>(&'a self, view: &'a dyn View, now: DateTime<Utc>) -> Result<Scenery<'a>, StoreProblem> {
        let (freezes, exemptions) = (view.freezes()?, view.exemptions()?);
        let mut hotfixes = view.open_releases()?;
        hotfixes.retain(|release| release.is_hotfix());
        Ok(Scenery { context: self, view, now, freezes, exemptions, hotfixes, projects: RefCell::default() })
    }
}

impl Scenery<'_> {
    /// What goes on around one release.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn around(&self, release: &Release) -> Result<Surroundings, StoreProblem> {
        let Self { context, view, now, freezes, exemptions, hotfixes, projects: _ } = self;
        let (project, now) = (&release.spec.project, *now);
        let ProjectScenery { ledgers, debts, lines } = &*self.project(project)?;
        let first = |other: &&Arc<Release>| {
            let id = other.spec.id;
            let waived = id == release.spec.id || release.state.waived.contains(&id);
            other.spec.project == *project && !waived && !runs_in_production(other, ledgers)
        };
        let hotfix = hotfixes.iter().find(first);
        let closed = |act: Act<'_>| context.verdict(freezes, project, act, Some(release), now).closed();
        let into = release.spec.plan.steps.iter().find_map(|planned| {
            let Step::PullRequest { name: PullRequestName::Backport, base, .. } = &planned.step else { return None };
            Some(base)
        });
        // Leave for the release's own pull request is leave for its merge, and for what CD deploys because
        // of that.
        let production = &release.spec.production;
        let pull_request = release.state.pull_requests.get(&PullRequestName::Release);
        let exempted = pull_request.is_some_and(|(number, _)| {
            let exemptions = exemptions.iter().filter(|one| one.project == *project);
            let closing = || context.closing(freezes, project, production, now);
            exemptions.into_iter().any(|one| one.lets_pass(*number, release.head(), production, now, closing))
        });
        let is_over = |index: usize| release.state.steps[index].is_over();
        let deploy = |(index, planned): (usize, &PlannedStep)| {
            let environment = planned.step.deploys_to()?;
            let production = release.goes_to_production(index);
            let has_leave = exempted && matches!(planned.step, Step::Deploy { by: By::Push, .. });
            let closed = || closed(Act::Deploy { environment, production });
            (!is_over(index) && !has_leave).then(closed).flatten().map(|why| (index, why))
        };
        let merge = |(index, planned): (usize, &PlannedStep)| {
            let Step::Merge { branch, .. } = &planned.step else { return None };
            let open = lines.contains(branch) && !is_over(index);
            open.then(|| closed(Act::Merge { branch })).flatten().map(|why| (index, why))
        };
        if release.is_roll_back() {
            // What is broken is taken back in any case.
            let (ledgers, reports) = (ledgers.clone(), reports(*view, release)?);
            return Ok(Surroundings { ledgers, reports, ..Surroundings::default() });
        }
        let held = |(environment, ledger): (&String, &Ledger)| {
            let hold = ledger.hold()?.clone();
            let project = (context.projects.len() > 1).then(|| project.clone());
            Some((environment.clone(), Holding { hold, project }))
        };
        let freeze = if exempted { None } else { closed(Act::Merge { branch: production }) };
        let id = release.spec.id;
        Ok(Surroundings {
            freezing: freezes.iter().any(|freeze| freeze.release == Some(id) && freeze.is_active(now)),
            debts: debts.clone(),
            merges: release.spec.plan.steps.iter().enumerate().filter_map(merge).collect(),
            hotfix: hotfix.map(|hotfix| hotfix.spec.version.clone()),
            holds: ledgers.iter().filter_map(held).collect(),
            freeze,
            stories: release.spec.plan.picking().and_then(|picking| closed(Act::Merge { branch: picking.into })),
            back_merge: into.and_then(|branch| closed(Act::Merge { branch })),
            deploys: release.spec.plan.steps.iter().enumerate().filter_map(deploy).collect(),
            signals: signals(*view, release)?,
            quiet: context.quiet_times(release),
            reports: reports(*view, release)?,
            ledgers: ledgers.clone(),
        })
    }

    fn project(&self, name: &str) -> Result<Rc<ProjectScenery>, StoreProblem> {
        if let Some(known) = self.projects.borrow().get(name) {
            return Ok(known.clone());
        }
        let ledgers = Arc::new(self.view.ledgers(name)?.into_iter().collect());
        let (debts, lines) = (self.view.debts(name)?, self.context.lines(name));
        let found = Rc::new(ProjectScenery { ledgers, debts, lines });
        self.projects.borrow_mut().insert(name.to_owned(), found.clone());
        Ok(found)
    }
}

impl Context {
    /// When nobody is reminded of anything in a release: of what cannot wait, people are told at any time.
    fn quiet_times(&self, release: &Release) -> QuietTimes {
        if !matches!(release.spec.kind, ReleaseKind::Regular) {
            return QuietTimes::default();
        }
        let hours = self.projects.get(&release.spec.project).map(|(project, _)| project.quiet.clone());
        let zone = release.spec.plan.zone.as_ref().and_then(|zone| zone.parse().ok()).unwrap_or(self.zone);
        QuietTimes { hours: hours.unwrap_or_default(), days_off: Some((self.holidays.clone(), zone)) }
    }
}

/// What CD last reported of what a release waits for, by the step that waits.
fn reports(view: &dyn View, release: &Release) -> Result<BTreeMap<usize, Deploy>, StoreProblem> {
    let (plan, state, mut found) = (&release.spec.plan, &release.state, BTreeMap::new());
    for (index, planned) in plan.steps.iter().enumerate() {
        let (Some(environment), rollout) = (plan.environment_of(index), &state.steps[index].rollout) else {
            continue;
        };
        let rolling_back = release.phase(index) == Phase::RollingBack;
        let asked = if rolling_back { &rollout.back } else { &rollout.asked };
        let expected = asked.as_ref().filter(|_| release.watches(index) && planned.step.settling().is_some());
        let Some(Outcome::Expected { build }) = expected.map(|asked| &asked.made) else { continue };
        found.extend(view.report_of(&release.spec.project, environment, build)?.map(|report| (index, report)));
    }
    Ok(found)
}

/// What speaks against a release, by the step that watches: what began since it first came to the environment.
fn signals(view: &dyn View, release: &Release) -> Result<BTreeMap<usize, Signal>, StoreProblem> {
    let (plan, state) = (&release.spec.plan, &release.state);
    let mut found = BTreeMap::new();
    for (index, planned) in plan.steps.iter().enumerate() {
        let Some(Settling { environment, watch: Some(_), .. }) = planned.step.settling() else { continue };
        let came = |(asking, asked): (usize, &PlannedStep)| {
            let here = asked.step.deploys_to() == Some(environment);
            state.steps[asking].rollout.asked.as_ref().filter(|_| here).map(|asked| asked.at)
        };
        let Some(since) = plan.steps.iter().enumerate().filter_map(came).min() else { continue };
        let signals = view.signals(&release.spec.project)?.into_iter();
        let against = signals.filter(|signal| signal.at >= since && signal.is_against(environment, since));
        found.extend(against.min_by_key(|signal| signal.at).map(|signal| (index, signal)));
    }
    Ok(found)
}
