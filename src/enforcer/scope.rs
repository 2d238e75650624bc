//! The scope of an enforcer: a repository with the projects that live there, and what closes its branches.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    context::Context,
    domain::{
        freeze::{
            Freeze,
            exemption::{Exemption, Lapse},
            matches,
            verdict::{Act, Asking, ClosedBy},
        },
        message::post::Place,
        release::{
            Release, ReleaseId,
            before_merge::{BeforeMerge, before_merge},
            fixes,
            plan::Step,
        },
        team::project::FreezeSettings,
    },
    github::{Repository, statuses::OpenPull},
    messages,
    store::StoreProblem,
};

/// So many of the newest releases are asked for their pull requests when it is looked back.
const REMEMBERED: usize = 50;

/// A repository with the projects that live there.
pub(super) struct RepositoryScope {
    /// `owner/name`.
    pub name: String,
    /// The repository.
    pub repository: Repository,
    /// Its projects, each with its lines.
    pub projects: Vec<(String, Vec<String>)>,
    /// How freezes are enforced beyond the status; the first project that wants a ruleset says how.
    pub settings: FreezeSettings,
    /// Where releases of its projects are told.
    pub releases: Vec<Place>,
    /// Where incidents are told.
    pub incidents: Vec<Place>,
}

/// What closes at one moment.
pub(super) struct EffectiveFreezes<'a> {
    context: &'a Context,
    scope: &'a RepositoryScope,
    freezes: Vec<Freeze>,
    /// The exemptions of its projects that have not lapsed.
    pub exemptions: Vec<Exemption>,
    /// Pull requests of open releases.
    own: Vec<OwnPull>,
    /// The pull requests that releases are just opening: into which branch, since when.
    making: Vec<(String, DateTime<Utc>)>,
    now: DateTime<Utc>,
}

/// A pull request that a release made.
struct OwnPull {
    number: u64,
    release: ReleaseId,
    hotfix: bool,
    /// Why its turn has not come, if it has not.
    before: Option<BeforeMerge>,
}

impl RepositoryScope {
    /// The scope of this repository, if a project lives there.
    pub(super) fn of(context: &Context, name: &str) -> Option<Self> {
        let here = || context.projects.values().filter(|(project, _)| project.repository.eq_ignore_ascii_case(name));
        let (first, repository) = here().next()?;
        let settings = here().map(|(project, _)| &project.freeze).find(|settings| settings.ruleset);
        let at_once = here().all(|(project, _)| project.freeze.at_once);
        let places = |of: fn(&crate::domain::team::project::Project) -> &[Place]| {
            let mut places: Vec<Place> = here().flat_map(|(project, _)| of(project).iter().copied()).collect();
            places.sort();
            places.dedup();
            places
        };
        Some(Self {
            name: first.repository.clone(),
            repository: repository.clone(),
            projects: here().map(|(project, _)| (project.name.clone(), context.lines(&project.name))).collect(),
            settings: FreezeSettings { at_once, ..settings.unwrap_or(&first.freeze).clone() },
            releases: places(|project| &project.releases),
            incidents: places(|project| project.incident_places()),
        })
    }

    /// The lines of all its projects.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.projects.iter().flat_map(|(_, lines)| lines.iter().cloned()).collect();
        lines.sort();
        lines.dedup();
        lines
    }

    /// Whether a ruleset that requires the bot's leave is for a branch, once that is closed.
    pub(super) fn shuts_at_once(&self, branch: &str) -> bool {
        self.settings.at_once && self.repository.own_app().is_some() && !self.restricts(branch)
    }

    /// Whether the ruleset that restricts updates is for a branch, once that is closed.
    pub(super) fn restricts(&self, branch: &str) -> bool {
        let named = &self.settings.branches;
        self.settings.ruleset && (named.is_empty() || named.iter().any(|pattern| matches(pattern, branch)))
    }
}

impl<'a> EffectiveFreezes<'a> {
    /// What closes now.
    pub(super) fn now(context: &'a Context, scope: &'a RepositoryScope) -> Result<Self, StoreProblem> {
        let mut exemptions = context.store.exemptions()?;
        exemptions.retain(|exemption| exemption.lapsed.is_none());
        let freezes = context.store.freezes()?;
        let (now, releases) = (context.clock.now(), context.store.open_releases()?);
        let before: Vec<BeforeMerge> = releases
            .iter()
            .filter(|release| scope.projects.iter().any(|(name, _)| *name == release.spec.project))
            .filter_map(|release| {
                let before = before_merge(release, now)?;
                Some(BeforeMerge { why: format!("{}: {}", release.name(), before.why), ..before })
            })
            .collect();
        let mut effective = Self::of(context, scope, now, freezes, exemptions, releases);
        for own in &mut effective.own {
            own.before = before.iter().find(|before| before.pull == own.number).cloned();
        }
        Ok(effective)
    }

    /// What closed at an earlier moment, as far as it is known.
    pub(super) fn then(
        context: &'a Context,
        scope: &'a RepositoryScope,
        at: DateTime<Utc>,
    ) -> Result<Self, StoreProblem> {
        let mut freezes = context.store.freezes()?;
        // What began in that very second may have begun after it: GitHub's times are whole seconds.
        freezes.retain(|freeze| freeze.from < at);
        for freeze in freezes.iter_mut().filter(|freeze| freeze.lifted.as_ref().is_some_and(|(_, when)| *when >= at)) {
            freeze.lifted = None;
        }
        let mut exemptions = context.store.exemptions()?;
        exemptions.retain(|exemption| match &exemption.lapsed {
            Some((why, when)) => *why == Lapse::Closed || *when >= at,
            None => true,
        });
        exemptions.iter_mut().for_each(|exemption| exemption.lapsed = None);
        let mut releases = context.store.latest_releases(REMEMBERED)?;
        let open = context.store.open_releases()?;
        releases.retain(|release| open.iter().all(|open| open.spec.id != release.spec.id));
        releases.extend(open);
        Ok(Self::of(context, scope, at, freezes, exemptions, releases))
    }

    fn of(
        context: &'a Context,
        scope: &'a RepositoryScope,
        now: DateTime<Utc>,
        freezes: Vec<Freeze>,
        mut exemptions: Vec<Exemption>,
        mut releases: Vec<Arc<Release>>,
    ) -> Self {
        let here = |project: &String| scope.projects.iter().any(|(name, _)| name == project);
        exemptions.retain(|exemption| here(&exemption.project));
        releases.retain(|release| here(&release.spec.project));
        let making = releases.iter().flat_map(|release| being_opened(release)).collect();
        let pulls = |release: Arc<Release>| {
            let (id, hotfix) = (release.spec.id, release.is_hotfix());
            let own = |number| OwnPull { number, release: id, hotfix, before: None };
            release.state.own_pulls().into_iter().map(own).collect::<Vec<_>>()
        };
        let own = releases.into_iter().flat_map(pulls).collect();
        Self { context, scope, freezes, exemptions, own, making, now }
    }

    /// Whether a pull request may be one that a release is just opening: its number is not known yet, and until it is,
    /// nothing is said about it.
    pub(super) fn may_be_own(&self, pull: &OpenPull) -> bool {
        self.making.iter().any(|(base, since)| pull.base == *base && pull.created >= *since)
    }

    /// The freezes that close a branch to ordinary merges.
    pub(super) fn closing(&self, branch: &str) -> Vec<Freeze> {
        self.closing_for(branch, None, false)
    }

    /// Whether a branch is closed to ordinary merges.
    pub(super) fn is_closed(&self, branch: &str) -> bool {
        !self.closing(branch).is_empty()
    }

    /// Whether anything is closed here at all.
    pub(super) fn closes_anything(&self) -> bool {
        let active = |freeze: &&Freeze| freeze.is_active(self.now);
        let here = |freeze: &Freeze| self.scope.projects.iter().any(|(name, _)| freeze.concerns(name));
        let closings = self.context.rules.with(&self.freezes);
        let due = closings.due(self.now).any(|freeze| here(&freeze));
        due || self.freezes.iter().filter(active).any(here)
    }

    /// The branches that active freezes name without a pattern.
    pub(super) fn named(&self) -> impl Iterator<Item = String> {
        let active = self.freezes.iter().filter(|freeze| freeze.is_active(self.now));
        active.flat_map(|freeze| freeze.branches.iter().filter(|branch| !branch.contains('*')).cloned())
    }

    /// Why a pull request must not be merged now, in words for its status; nothing if it may.
    pub(super) fn against(&self, pull: &OpenPull) -> Option<String> {
        let own = self.own.iter().find(|own| own.number == pull.number);
        let (release, hotfix) = own.map_or((None, false), |own| (Some(own.release), own.hotfix));
        let closing = self.closing_for(&pull.base, release, hotfix);
        if closing.is_empty() || self.exemption_of(pull).is_some() {
            // Leave to pass a freeze is none to pass a gate.
            return self.before(pull.number).map(|before| before.why.clone());
        }
        Some(self.words(&closing))
    }

    /// Why the turn of a release's own pull request has not come, if it has not.
    pub(super) fn before(&self, pull: u64) -> Option<&BeforeMerge> {
        self.own.iter().find(|own| own.number == pull)?.before.as_ref()
    }

    /// The releases' own pull requests whose turn has not come.
    pub(super) fn early(&self) -> impl Iterator<Item = u64> {
        self.own.iter().filter(|own| own.before.is_some()).map(|own| own.number)
    }

    /// Why nothing ordinary may be merged into a branch now.
    pub(super) fn against_all(&self, branch: &str) -> Option<String> {
        let closing = self.closing(branch);
        (!closing.is_empty()).then(|| self.words(&closing))
    }

    /// What a green status says.
    pub(super) fn leave(&self, pull: &OpenPull) -> String {
        let own = self.own.iter().any(|own| own.number == pull.number);
        if !self.is_closed(&pull.base) {
            return if own { "its gates are through" } else { "no freeze is active" }.into();
        }
        match self.exemption_of(pull) {
            Some(Exemption { decided: Some(decided), .. }) => format!("exempted by {}", decided.by),
            _ => "passes the freeze".into(),
        }
    }

    fn exemption_of(&self, pull: &OpenPull) -> Option<&Exemption> {
        let closing = || self.closing(&pull.base);
        let lets = |exemption: &&Exemption| exemption.lets_pass(pull.number, &pull.head, &pull.base, self.now, closing);
        self.exemptions.iter().find(lets)
    }

    /// Why what was let in as a fix has to wait again, if it has to.
    pub(super) fn lapse_of_fix(&self, exemption: &Exemption) -> Result<Option<Lapse>, StoreProblem> {
        let Some(id) = exemption.fix_of.filter(|_| exemption.is_granted()) else { return Ok(None) };
        let release = self.context.store.release(id)?;
        Ok(fixes::lapse(release.as_ref(), &self.closing(&exemption.base)))
    }

    fn words(&self, closing: &[Freeze]) -> String {
        let freezes: Vec<&Freeze> = closing.iter().collect();
        messages::freeze::description(&freezes, &self.context.may_exempt(), self.context.zone)
    }

    fn closing_for(&self, branch: &str, release: Option<ReleaseId>, hotfix: bool) -> Vec<Freeze> {
        let mut closing: Vec<Freeze> = vec![];
        let closings = self.context.rules.with(&self.freezes);
        for (project, lines) in &self.scope.projects {
            let asking = Asking { project, lines, act: Act::Merge { branch }, release, hotfix };
            for by in closings.closing(&asking, self.now) {
                match by {
                    ClosedBy::Freeze(freeze) if !closing.contains(&freeze) => closing.push(*freeze),
                    ClosedBy::Freeze(_) | ClosedBy::Window { .. } => {}
                }
            }
        }
        closing
    }
}

/// The pull requests that a release has begun to open and does not know yet.
fn being_opened(release: &Release) -> Vec<(String, DateTime<Utc>)> {
    let steps = release.spec.plan.steps.iter().zip(&release.state.steps);
    let opening = steps.filter_map(|(planned, step)| {
        let since = step.started.filter(|_| step.done.is_none())?;
        if let Step::PullRequest { base, .. } = &planned.step {
            return Some((base.clone(), since));
        }
        let Step::Merge { branch, .. } = &planned.step else { return None };
        step.proposed.is_none().then(|| (branch.clone(), since))
    });
    // GitHub's times are whole seconds.
    opening.map(|(base, since)| (base, since - TimeDelta::minutes(1))).collect()
}
