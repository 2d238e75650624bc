//! What runs where, and what was good there before: from what releases did and what others report.

use chrono::{DateTime, Utc};

use super::Taken;
use crate::{
    context::Context,
    domain::{
        deploy::{
            known_good::{Good, Merged},
            ran::{Past, Ran},
            report::{self, bare},
        },
        incident::matter::Incident,
        release::Release,
    },
    store::{StoreProblem, Writing},
};

/// Among how many releases is looked, newest first.
const RELEASES: usize = 100;

/// A version that was good somewhere: what people call it, and where it is in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Before {
    /// The version.
    pub version: String,
    /// When it was there.
    pub at: DateTime<Utc>,
    /// Its commit or tag, if it is known.
    pub git_ref: Option<String>,
}

/// The deploys of a project's releases that ended well: the release, the environment, and when.
fn deployed(context: &Context, project: &str) -> Result<Vec<(Release, String, DateTime<Utc>)>, StoreProblem> {
    let mut found = vec![];
    for release in context.store.latest_releases(RELEASES)?.into_iter().filter(|one| one.spec.project == project) {
        let steps = || (0..release.state.steps.len()).map(|step| (step, &release.state.steps[step].rollout));
        let taken_back = |place: &str| {
            steps().any(|(step, rollout)| {
                rollout.returned.is_some() && release.spec.plan.environment_of(step) == Some(place)
            })
        };
        let there = steps().filter_map(|(step, rollout)| {
            let environment = release.spec.plan.steps[step].step.deploys_to()?;
            rollout.here.as_ref().map(|(_, at)| (environment.to_owned(), *at))
        });
        let there: Vec<_> = there.filter(|(environment, _)| !taken_back(environment)).collect();
        found.extend(there.into_iter().map(|(environment, at)| (release.clone(), environment, at)));
    }
    Ok(found)
}

/// What ran where an alert comes from when that began.
pub(super) struct Origin {
    /// The environment.
    pub environment: String,
    /// The version.
    pub version: String,
    /// The release of ours that brought it there.
    pub release: Option<Release>,
    /// Whether something else runs there by now, or is on its way.
    pub replaced: bool,
}

/// What ran where an alert comes from when that began: in the environment that the alert names, or in the one to which the
/// bot had deployed last; a version that it names was there whenever that began. Nothing if it is not known.
pub(super) fn origin(
    context: &Context,
    project: &str,
    (environment, version): (Option<&str>, Option<&str>),
    began: DateTime<Utc>,
) -> Result<Option<Origin>, StoreProblem> {
    let releases: Vec<Release> =
        context.store.latest_releases(RELEASES)?.into_iter().filter(|one| one.spec.project == project).collect();
    let named = environment.map(str::to_owned);
    let candidates = named.clone().map_or_else(|| context.environments(project), |named| vec![named]);
    let (now, mut found) = (context.clock.now(), vec![]);
    for environment in candidates {
        let past = past(context, project, &environment, &releases)?;
        let ran = version.map_or_else(|| past.at(began), |version| past.last_came(version, now));
        if let Some(ran) = ran.filter(|ran| named.is_some() || ran.release.is_some()) {
            let replaced = past.at(now).is_none_or(|here| here.version != ran.version);
            found.push((environment, ran, replaced));
        }
    }
    let last = found.into_iter().max_by_key(|(_, ran, _)| ran.at);
    Ok(last.map(|(environment, Ran { version, release, .. }, replaced)| {
        let release = release.and_then(|id| releases.into_iter().find(|one| one.spec.id == id));
        Origin { environment, version, release, replaced }
    }))
}

/// All that is known to have happened in an environment.
fn past(context: &Context, project: &str, environment: &str, releases: &[Release]) -> Result<Past, StoreProblem> {
    let mut past = Past::default();
    for deploy in context.store.reports_in(project, environment)? {
        let version = bare(&deploy.version);
        // A build is the version that it is of.
        let of = releases.iter().find(|release| report::is_of(&deploy, release));
        let name = of.map_or_else(|| version.to_owned(), |release| release.spec.version.to_string());
        past.of_reports(&name, &context.store.deploys(&format!("{project}/{environment}/{version}"))?);
    }
    releases.iter().rev().for_each(|release| past.of_release(release, environment));
    past.of_standing(&context.store.standing(project, environment)?);
    Ok(past)
}

/// The version that was in an environment last, and good, before an instant; another than this one.
pub(super) fn last_good(
    context: &Context,
    project: &str,
    environment: &str,
    version: &str,
    before: DateTime<Utc>,
) -> Result<Option<Before>, StoreProblem> {
    let reported = context.store.goods(project, environment)?.versions.into_iter();
    let reported = reported.map(|Good { at, version, commit }| Before { version, at, git_ref: commit });
    let own = deployed(context, project)?.into_iter().filter(|(_, at, _)| at == environment);
    let own = own.map(|(release, _, at)| Before {
        version: release.spec.version.to_string(),
        at,
        git_ref: Some(release.spec.tag.clone()),
    });
    let other = |good: &Before| good.at < before && bare(&good.version) != bare(version);
    // Of two that know the same, the one that knows where it is in git.
    Ok(reported.chain(own).filter(other).max_by_key(|good| (good.at, good.git_ref.is_some())))
}

/// The version before the one that an incident's release brings, as that release knows it.
pub(super) fn built_on(context: &Context, matter: &Incident) -> Result<Option<Before>, StoreProblem> {
    let release = matter.release.as_ref().map(|(id, _)| context.store.release(*id)).transpose()?.flatten();
    Ok(release.and_then(|release| {
        let (tag, at) = (release.spec.previous_tag?, release.spec.at);
        Some(Before { version: tag.clone(), at, git_ref: Some(tag) })
    }))
}

impl Merged {
    /// The same, under the name that the project has in `bot.toml`.
    pub(super) fn of(self, known: impl Fn(&str) -> Option<String>) -> Self {
        Self { project: known(&self.project).unwrap_or(self.project), ..self }
    }

    /// Takes note of it.
    pub(super) fn take(&self, writing: &mut Writing, now: DateTime<Utc>) -> Result<Taken, StoreProblem> {
        let mut all = writing.merged(&self.project)?;
        all.at = now;
        let news = all.take(self.clone());
        writing.put_merged(&self.project, &all)?;
        Ok(if news { Taken::New } else { Taken::Known })
    }
}
