//! What others report: deploys and alerts. Each sender proves who they are; each report is stored, together with what is
//! told about it, before it is acknowledged.

mod alerts;
mod deploy;
mod direct;
mod door;
mod escalate;
pub mod github;
mod good;
mod noted;
mod pace;
mod places;
mod proof;
mod read;
mod suspects;

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{
    config::Config,
    desk::Desk,
    domain::{alert::Group, good::Merged, report::Deploy},
    quiet::Busy,
    runner::Runner,
    store::{StoreProblem, Writing},
};

pub use door::doors;
pub use places::Rules;

/// Takes reports in. Cloning gives another handle.
#[derive(Clone)]
pub struct Intake(Arc<Inner>);

struct Inner {
    desk: Desk,
    runner: Runner,
    rules: Rules,
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
    /// An intake, with the tasks that look after matters; the desk wakes them.
    pub fn start(
        desk: &Desk,
        runner: &Runner,
        config: &Config,
        [suspects_wakes, escalate_wakes]: [mpsc::UnboundedReceiver<Busy>; 2],
    ) -> Self {
        let rules = Rules::of(config);
        let steps = (rules.escalate.clone(), rules.escalate_roles.clone());
        let inner = Inner { desk: desk.clone(), runner: runner.clone(), rules };
        tokio::spawn(suspects::keep(desk.clone(), suspects_wakes, desk.quiet.busy()));
        tokio::spawn(escalate::keep(desk.clone(), steps, escalate_wakes, desk.quiet.busy()));
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
        let Inner { desk, runner, rules } = &*self.0;
        let mut deploys = reports.deploys;
        for again in reports.rolled_back {
            deploys.extend(deploy::taken_back(desk, rules, sender, again)?);
        }
        let deploys = deploys.into_iter().map(|deploy| (deploy, false));
        let deploys = deploys.chain(reports.quiet.into_iter().map(|deploy| (deploy, true)));
        let deploys = deploys.map(|(deploy, quiet)| deploy::Prepared::new(desk, rules, sender, deploy, quiet, &name));
        let deploys = deploys.collect::<Result<Vec<_>, _>>()?;
        let groups = reports.groups.into_iter().map(|group| alerts::Prepared::new(desk, rules, sender, group));
        let groups = groups.collect::<Result<Vec<_>, _>>()?;
        let mut projects: Vec<String> = deploys.iter().map(|one| one.report.project.clone()).collect();
        projects.extend(groups.iter().filter_map(|one| one.project.clone()));
        let merged: Vec<_> =
            reports.merged.into_iter().map(|one| one.of(|name| rules.project(desk, sender, name))).collect();
        let (teller, rules) = (desk.clone(), rules.clone());
        let write = move |writing: &mut Writing| {
            let mut taken = Taken::Known;
            if !also(writing)? {
                return Ok(taken);
            }
            for deploy in deploys {
                taken = taken.and(deploy.take(&teller, &rules, writing)?);
            }
            for group in groups {
                taken = taken.and(group.take(&teller, &rules, writing)?);
            }
            for one in &merged {
                taken = taken.and(one.take(writing, teller.clock.now())?);
            }
            Ok(taken)
        };
        let taken = desk.write(write).await?;
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
