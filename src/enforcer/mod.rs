//! Keeps freezes on GitHub: one task for each repository. Whatever happens only wakes it; it looks, and makes what it finds
//! into what should be. Besides steps this is the only part that changes anything there.

mod branches;
mod desired;
mod freeze_clock;
mod look;
mod mail;
mod merged;
mod others;
mod pass;
mod put;
mod rate_limiter;
mod rulesets;
mod scope;
mod seen;
mod tell;
mod watch;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use self::{mail::Mail, others::StatusNews, rate_limiter::RateLimiter, scope::RepositoryScope};
use crate::{
    context::Context,
    domain::freeze::enforcement::{CONTEXT, PASS},
    engine::runner::Runner,
    github::event::{Event, Happened},
};

/// What a repository's task is woken for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wake {
    /// Freezes or exemptions have changed.
    Freezes,
    /// Look at everything.
    All,
    /// A pull request has changed.
    Pull(u64),
    /// A merge queue has a new group.
    Queue,
    /// Rules of a branch may have changed.
    Rules,
    /// Somebody wrote our status on a commit.
    Status(StatusNews),
    /// Somebody wrote our leave on a commit.
    Leave(StatusNews),
}

/// Wakes the tasks. Cloning gives another handle.
#[derive(Clone)]
pub struct Enforcer(Arc<BTreeMap<String, Mail>>);

impl Enforcer {
    /// Starts one task for each repository of the projects, and one that keeps the time; the context wakes that at every change
    /// of a freeze or an exemption.
    pub fn start(context: &Context, runner: &Runner) -> Self {
        let repositories: BTreeSet<String> =
            context.projects.values().map(|(project, _)| project.repository.to_lowercase()).collect();
        let pace = RateLimiter::default();
        let grounds = repositories.into_iter().filter_map(|name| RepositoryScope::of(context, &name));
        let wakers = grounds.map(|scope| {
            let (name, mail) = (scope.name.to_lowercase(), Mail::default());
            watch::watch(context, scope, &mail, &pace);
            (name, mail)
        });
        let enforcer = Self(Arc::new(wakers.collect()));
        freeze_clock::keep(context, runner, &enforcer);
        enforcer
    }

    /// Hears what happened on GitHub. Whether that was all: of our own status only the release whose head it is on needs
    /// to hear.
    pub fn hear(&self, context: &Context, event: &Event) -> bool {
        let Some(repository) = &event.repository else { return false };
        let action = event.action.as_deref().unwrap_or_default();
        let wake = match &event.happened {
            Happened::PullRequest { number, .. } if event.kind == "pull_request" => match action {
                "opened" | "reopened" | "synchronize" | "edited" | "closed" | "ready_for_review"
                | "auto_merge_enabled" => Wake::Pull(*number),
                _ => return false,
            },
            Happened::Status { sha, context: name, good, id, by } if name == PASS => {
                let news = StatusNews { sha: sha.clone(), good: *good, id: *id, by: by.clone() };
                Wake::Leave(news)
            }
            Happened::Status { sha, context: name, good, id, by } if name == CONTEXT => {
                let news = StatusNews { sha: sha.clone(), good: *good, id: *id, by: by.clone() };
                // What we are just writing may look like another's; the task knows better.
                let row = context.store.written_on(repository, sha).ok().flatten();
                if row.is_some_and(|row| news.replaces(&row)) {
                    self.wake(context, repository, Wake::Status(news));
                }
                let releases = context.store.open_releases().unwrap_or_default();
                return !releases.iter().any(|release| release.head() == sha);
            }
            Happened::MergeGroup => Wake::Queue,
            Happened::Rules => Wake::Rules,
            Happened::PullRequest { .. }
            | Happened::Status { .. }
            | Happened::Push { .. }
            | Happened::Created { .. }
            | Happened::Workflow { .. }
            | Happened::Checks { .. }
            | Happened::DeploymentStatus { .. }
            | Happened::Ping
            | Happened::Other => return false,
        };
        self.wake(context, repository, wake);
        false
    }

    fn wake(&self, context: &Context, repository: &str, wake: Wake) {
        if let Some(mail) = self.0.get(&repository.to_lowercase()) {
            mail.send(wake, context.quiet.busy());
        }
    }

    fn wake_all(&self, context: &Context, wake: &Wake) {
        for mail in self.0.values() {
            mail.send(wake.clone(), context.quiet.busy());
        }
    }
}
