//! What others report: deploys and alerts. Each sender proves who they are; each report is stored, together with what is
//! told about it, before it is acknowledged.

mod alerts;
mod body;
mod bounds;
mod credentials;
mod deploy;
mod direct;
mod endpoint;
mod escalate;
pub mod github;
mod good;
mod noted;
mod places;
mod rate_limiter;
pub mod read;
mod suspects;
mod unread;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    config::{Config, HookSender},
    context::Context,
    domain::{
        deploy::{
            merged::Merged,
            report::{Deploy, Status},
        },
        incident::alert::Group,
    },
    engine::runner::Runner,
    store::{StoreProblem, Writing},
};

pub use body::{BodyRoom, UnprovenBody};
pub use endpoint::doors;
pub use places::ReportRules;
pub use rate_limiter::TokenBucket;

/// Takes reports in. Cloning gives another handle.
#[derive(Clone)]
pub struct Intake(Arc<IntakeParts>);

struct IntakeParts {
    context: Context,
    runner: Runner,
    rules: ReportRules,
}

/// What one delivery reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reports {
    /// Deploys.
    pub deploys: Vec<Deploy>,
    /// Deploys that no version names: told only when they go wrong, and from then on.
    pub quiet: Vec<Deploy>,
    /// Rollbacks of whose senders name the version that runs again, rather than the one that was taken back.
    pub rolled_back: Vec<Deploy>,
    /// Groups of alerts.
    pub groups: Vec<Group>,
    /// Changes that were merged where GitHub does not know of them.
    pub merged: Vec<Merged>,
    /// Environments in which nothing runs any more.
    pub stopped: Vec<StoppedEnvironment>,
    /// Whether only deploys to environments that a project knows are of concern: others come and go.
    pub known_only: bool,
}

impl Reports {
    /// Notes who sent them, if that is somebody with a name. Whoever may not speak of everything has groups of alerts of their
    /// own, so that they end nobody else's.
    fn are_from(&mut self, sender: &HookSender) {
        for deploy in self.deploys.iter_mut().chain(&mut self.quiet).chain(&mut self.rolled_back) {
            deploy.reported_by.clone_from(&sender.name);
        }
        self.groups.iter_mut().for_each(|group| group.reported_by.clone_from(&sender.name));
        if sender.projects.is_empty() && sender.environments.is_empty() {
            return;
        }
        let name = sender.name.as_deref().unwrap_or_default();
        let groups = std::mem::take(&mut self.groups).into_iter();
        // In quotes no name runs over into the key behind it.
        self.groups = groups.map(|group| group.renamed(|key| format!("{name:?} {key}"))).collect();
    }

    /// One deploy, of a sender that names the version that runs again after a roll-back.
    fn of(deploy: Deploy) -> Self {
        match deploy.status == Status::RolledBack {
            true => Self { rolled_back: vec![deploy], ..Self::default() },
            false => Self { deploys: vec![deploy], ..Self::default() },
        }
    }
}

/// An environment in which nothing runs any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoppedEnvironment {
    /// Whose, as the sender calls it.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// When it was stopped.
    pub at: DateTime<Utc>,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is news.
    New,
    /// It was known, or changes nothing.
    Known,
}

impl Intake {
    /// An intake, with the tasks that look after incidents; the context wakes them.
    pub fn start(context: &Context, runner: &Runner, config: &Config) -> Self {
        let rules = ReportRules::of(config);
        suspects::keep(context);
        escalate::keep(context, &rules.escalate, &rules.escalate_roles);
        let inner = IntakeParts { context: context.clone(), runner: runner.clone(), rules };
        Self(Arc::new(inner))
    }

    /// Takes reports in: stored, and told if they are news, in one write; then wakes whoever they concern. `sender` names
    /// those who sent them, and `name` this delivery, should its reports have no names of their own.
    ///
    /// # Errors
    /// What the store says; then nothing was taken in.
    pub async fn take(&self, sender: &'static str, name: String, reports: Reports) -> Result<Taken, StoreProblem> {
        self.take_with(sender, name, reports, |_| Ok(true)).await
    }

    /// As `take`, in one write with something else: nothing is taken in unless that says so.
    ///
    /// # Errors
    /// As `take`.
    pub async fn take_with(
        &self,
        sender: &'static str,
        name: String,
        reports: Reports,
        also: impl FnOnce(&mut Writing) -> Result<bool, StoreProblem> + Send + 'static,
    ) -> Result<Taken, StoreProblem> {
        let IntakeParts { context, runner, rules, .. } = &*self.0;
        let prepared =
            |deploy: Deploy, quiet| deploy::PreparedDeploy::new(context, rules, sender, deploy, quiet, &name);
        // What a roll-back took back depends on what is known by now, so that it counts once under its sender's name for it.
        let known = |deploy: &Deploy| {
            !reports.known_only || rules.knows(context, sender, (&deploy.project, &deploy.environment))
        };
        let (again, deploys): (Vec<_>, Vec<_>) = reports
            .deploys
            .into_iter()
            .filter(known)
            .map(|one| Ok((deploy::goes_back(context, rules, sender, &one)?, one)))
            .collect::<Result<Vec<_>, StoreProblem>>()?
            .into_iter()
            .partition(|(goes_back, _)| *goes_back);
        let mut backs = vec![];
        for again in reports.rolled_back.into_iter().chain(again.into_iter().map(|(_, one)| one)) {
            let Deploy { project, environment, version, id, .. } = &again;
            let id = id.as_ref().unwrap_or(&name);
            let key = format!("back/{sender}/{project}/{environment}/{version}/{id}");
            let both = deploy::taken_back(context, rules, sender, again)?.into_iter();
            backs.push((key, both.map(|deploy| prepared(deploy, false)).collect::<Result<Vec<_>, _>>()?));
        }
        let deploys = deploys.into_iter().map(|(_, deploy)| (deploy, false));
        let deploys = deploys.chain(reports.quiet.into_iter().map(|deploy| (deploy, true)));
        let deploys = deploys.filter(|(deploy, _)| known(deploy)).map(|(deploy, quiet)| prepared(deploy, quiet));
        let deploys = deploys.collect::<Result<Vec<_>, _>>()?;
        let stopped: Vec<_> =
            reports.stopped.into_iter().map(|one| one.of(|name| rules.project(context, sender, name))).collect();
        let groups = reports.groups.into_iter().map(|group| alerts::PreparedAlerts::all(context, rules, sender, group));
        let groups: Vec<_> = groups.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        let all = deploys.iter().chain(backs.iter().flat_map(|(_, both)| both));
        let mut projects: Vec<String> = all.map(|one| one.report.project.clone()).collect();
        projects.extend(groups.iter().filter_map(|one| one.project.clone()));
        let merged: Vec<_> =
            reports.merged.into_iter().map(|one| one.of(|name| rules.project(context, sender, name))).collect();
        let (teller, rules) = (context.clone(), rules.clone());
        let write = move |writing: &mut Writing| {
            let mut taken = Taken::Known;
            if !also(writing)? {
                return Ok(taken);
            }
            for (key, both) in backs {
                if !writing.first_time("report", &key)? {
                    continue;
                }
                for deploy in both {
                    taken = taken.and(deploy.take(&teller, &rules, writing)?);
                }
            }
            for deploy in deploys {
                taken = taken.and(deploy.take(&teller, &rules, writing)?);
            }
            for one in &stopped {
                taken = taken.and(one.take(writing)?);
            }
            for group in groups {
                taken = taken.and(group.take(&teller, &rules, writing)?);
            }
            for one in &merged {
                taken = taken.and(one.take(writing, teller.clock.now())?);
            }
            Ok(taken)
        };
        let taken = context.write(write).await?;
        if taken == Taken::New {
            projects.dedup();
            projects.iter().try_for_each(|project| runner.wake_project(project))?;
        }
        Ok(taken)
    }
}

impl Taken {
    /// News if either is.
    fn and(self, other: Self) -> Self {
        if self == Self::New { self } else { other }
    }
}
